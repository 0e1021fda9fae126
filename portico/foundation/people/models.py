"""People who sign in, their sessions, their one-time links, and how often something was tried."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from portico.foundation.people.enums import CodePurpose, LinkPurpose, Side
from portico.foundation.people.roles import StaffRole
from portico.foundation.tenancy.models import TenantModel
from portico.kernel.fields import PublicIdField


class Login(TenantModel):
    """A person who signs in with an email; `password` is empty for who signs in by links from the shell only."""

    public_id = PublicIdField()
    side = models.CharField(max_length=8, choices=Side.choices)
    email = models.CharField(max_length=254)
    name = models.CharField(max_length=200, blank=True)
    password = models.CharField(max_length=256, blank=True)
    role = models.CharField(max_length=12, choices=StaffRole.choices, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    last_signed_in_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "side", "email"], name="one_login_for_an_address_on_a_side"),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="login_side_is_known"),
            models.CheckConstraint(
                condition=Q(side="customer", role="") | Q(side="staff", role__in=StaffRole.values),
                name="staff_have_a_role_and_customers_none",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.public_id}"


class LoginSession(TenantModel):
    """One signed-in browser. The cookie holds the secret, the row its digest."""

    public_id = PublicIdField()
    login = models.ForeignKey(Login, on_delete=models.CASCADE, related_name="sessions")
    digest = models.BinaryField(max_length=32)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    idle_minutes = models.PositiveIntegerField(null=True)
    proved_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    is_remembered = models.BooleanField(default=False)
    agent = models.CharField(max_length=200, blank=True)
    ip_prefix = models.CharField(max_length=64, blank=True)
    notices = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "digest"], name="session_secrets_are_unique"),
        ]

    def __str__(self) -> str:
        return f"session {self.public_id}"


class PortalViewing(TenantModel):
    """A member of staff looks at the portal as the owner of an address would see it, and changes nothing there.

    It begins as a way over from the office: `link_digest` is of the secret in that address, good once and for a minute.
    Taking it gives the browser a secret of its own, whose digest is `digest`. It ends with `session`, the one in the
    office, and when its owner's role is no longer `role`.
    """

    public_id = PublicIdField()
    session = models.ForeignKey(LoginSession, on_delete=models.CASCADE, related_name="viewings")
    role = models.CharField(max_length=12, choices=StaffRole.choices)
    email = models.CharField(max_length=254)
    customer_id = models.UUIDField()
    link_digest = models.BinaryField(max_length=32)
    link_expires_at = models.DateTimeField()
    digest = models.BinaryField(max_length=32, null=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "link_digest"], name="viewing_links_are_unique"),
            models.UniqueConstraint(fields=["company", "digest"], name="viewing_secrets_are_unique"),
        ]
        indexes = [models.Index(fields=["company"], condition=Q(ended_at=None), name="viewing_not_ended")]

    def __str__(self) -> str:
        return f"viewing {self.public_id}"


class OneTimeLink(TenantModel):
    """A single-purpose, expiring link. The secret is HMAC(SECRET_KEY, public_id); only its digest is stored."""

    public_id = PublicIdField()
    purpose = models.CharField(max_length=20, choices=LinkPurpose.choices)
    digest = models.BinaryField(max_length=32)
    email = models.CharField(max_length=254)
    login = models.ForeignKey(Login, on_delete=models.CASCADE, null=True, related_name="links")
    subject_id = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    code_digest = models.BinaryField(max_length=32, null=True)
    code_expires_at = models.DateTimeField(null=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    facts = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "digest"], name="link_secrets_are_unique"),
        ]
        indexes = [
            models.Index(fields=["company", "subject_id"], name="link_of_subject"),
            models.Index(fields=["company", "email"], name="link_of_email"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.public_id}"


class CalendarFeed(TenantModel):
    """The address under which a calendar reads a person's visits. Its secret is HMAC(SECRET_KEY, public_id)."""

    public_id = PublicIdField()
    login = models.ForeignKey(Login, on_delete=models.CASCADE, related_name="calendar_feeds")
    digest = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "login"], name="one_calendar_feed_each"),
            models.UniqueConstraint(fields=["company", "digest"], name="feed_secrets_are_unique"),
        ]

    def __str__(self) -> str:
        return f"feed {self.public_id}"


class MailedCode(TenantModel):
    """Six digits that a mail brings, good for one thing in one place: the browser or the session that asked.

    The code is HMAC(SECRET_KEY, public_id), so the row holds nothing of it. Who is not known gets a row like everybody
    else, and no mail; `login` is filled in when a mail is queued.
    """

    public_id = PublicIdField()
    purpose = models.CharField(max_length=20, choices=CodePurpose.choices)
    place = models.BinaryField(max_length=32)
    email = models.CharField(max_length=254)
    login = models.ForeignKey(Login, on_delete=models.CASCADE, null=True, related_name="codes")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=CodePurpose.values), name="code_purpose_is_known"),
            models.UniqueConstraint(
                fields=["company", "purpose", "place"],
                condition=Q(used_at=None, ended_at=None),
                name="one_open_code_in_a_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.public_id}"


class TryCount(TenantModel):
    """How often something was tried with one key in one window; shared by all processes."""

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    window_starts_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "kind", "key", "window_starts_at"], name="one_count_a_window"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.count}"


class SecondFactor(TenantModel):
    """What a member of the office shows besides the password: codes of an authenticator app (RFC 6238).

    `sealed` is the app's key, encrypted; `last_step` the newest time step of which a code was taken, so that none is
    taken twice.
    """

    login = models.ForeignKey(Login, on_delete=models.CASCADE, related_name="second_factors")
    sealed = models.BinaryField()
    last_step = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "login"], name="one_second_factor_each")]

    def __str__(self) -> str:
        return f"second factor of {self.login_id}"


class RecoveryCode(TenantModel):
    """Stands in for a code of the app once; the row holds its digest only."""

    login = models.ForeignKey(Login, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.BinaryField(max_length=32)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "login", "digest"], name="recovery_codes_differ")]

    def __str__(self) -> str:
        return f"recovery code of {self.login_id}"


class PendingSignIn(TenantModel):
    """A browser in which a member of the office has typed the right password and nothing more: no session yet.

    The cookie holds the secret, the row its digest. `sealed` is the key of an app that is being set up.
    """

    public_id = PublicIdField()
    login = models.ForeignKey(Login, on_delete=models.CASCADE, related_name="pending_sign_ins")
    digest = models.BinaryField(max_length=32)
    sealed = models.BinaryField(null=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "digest"], name="pending_secrets_are_unique")]

    def __str__(self) -> str:
        return f"pending sign-in {self.public_id}"
