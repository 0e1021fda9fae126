"""The errors that the API answers with."""

from typing import Any


class ApiError(Exception):
    """An answer with an `error` object; `keeps_work` says that what was done before it stays done."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        keeps_work: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.keeps_work = keeps_work
        self.error: dict[str, Any] = {"type": kind, "message": message, **more}
        if code is not None:
            self.error["code"] = code
        if param is not None:
            self.error["param"] = param

    @property
    def body(self) -> dict[str, Any]:
        return {"error": self.error}


def missing(kind: str, ident: str, *, param: str = "id", status: int = 404) -> ApiError:
    """Nothing of that kind with that id in this account."""
    return ApiError(f"No such {kind}: '{ident}'", status=status, code="resource_missing", param=param)


def invalid(message: str, *, param: str, code: str | None = None) -> ApiError:
    return ApiError(message, param=param, code=code)


def required(param: str) -> ApiError:
    return invalid(f"Missing required param: {param}.", param=param, code="parameter_missing")


def not_imitated(param: str) -> ApiError:
    """Stripe knows this parameter, the sandbox does not act on it, so it says so instead of ignoring it."""
    return invalid(f"The sandbox does not imitate the parameter {param}.", param=param, code="sandbox_not_imitated")
