from tests.stripe_sandbox import shared_till, stripe_sandbox, till, wired_sandbox

__all__ = ["shared_till", "stripe_sandbox", "till", "wired_sandbox"]
