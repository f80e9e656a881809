"""Where a person meets Citera: the command line, the HTTP API and the web chat, all over one `rag.Assistant`."""


def citera_version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("citera")
    except PackageNotFoundError:
        return "(not installed)"
