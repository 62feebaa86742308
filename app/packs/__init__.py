"""Signed data from head office: verify, versions, two dates; decision tables; the loader of resources."""  # noqa: E501 - one sentence
