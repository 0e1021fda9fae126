"""Which columns customers may read: shown because they are listed, never because nobody hid them.

`shown` is customer-facing, `internal` is for the office, `machine` means nothing to anybody (states, caches, digests).
Keys, ids and the company are left out. A column in no list turns the test red on the day it is added.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Columns:
    shown: frozenset[str]
    internal: frozenset[str]
    machine: frozenset[str] = field(default_factory=frozenset)


def _of(*, shown: str = "", internal: str = "", machine: str = "") -> Columns:
    return Columns(frozenset(shown.split()), frozenset(internal.split()), frozenset(machine.split()))


COLUMNS = {
    "adoption.CallAssumptions": _of(
        internal="payment_hundredths approval_hundredths booking_hundredths change_hundredths minutes_per_call"
    ),
    "audit.AuditEntry": _of(
        internal="verb actor_name note facts ip_prefix at actor_kind actor_ref subject_kind subject_id customer_id"
    ),
    "billing.Alert": _of(
        internal="kind subject amount_minor note closed_by_name closing_note", machine="due_at raised_at closed_at"
    ),
    "billing.Allocation": _of(shown="amount_minor posted_minor state applied_on"),
    "billing.CreditBalance": _of(machine="amount_minor"),
    "billing.CreditUse": _of(
        internal="made_by made_by_name", machine="amount_minor currency form_token request_hash created_at"
    ),
    "billing.Deposit": _of(
        shown="title amount_minor currency canceled_at released_at created_at",
        machine="approval_ref earlier_invoices",
    ),
    "billing.Dispute": _of(
        internal="ref reason", machine="amount_minor currency state evidence_due_at opened_at closed_at"
    ),
    "billing.GatewayCustomer": _of(internal="ref"),
    "billing.GatewayEvent": _of(internal="event_id type object_ref error", machine="received_at processed_at tries"),
    "billing.GatewayMovement": _of(
        internal="ref object_ref intent_ref difference", machine="kind amount_minor currency at"
    ),
    "billing.Invoice": _of(
        shown="number title term_name issued_on due_on currency subtotal_minor tax_minor total_minor paid_minor"
        " reserved_minor state is_settled was_ever_positive",
        internal="sync_status",
        machine="version created_at membership_source_id estimate_ref",
    ),
    "billing.InvoiceDraft": _of(
        internal="title lines", machine="due_on currency tax_rate version issued_ref changed_at"
    ),
    "billing.InvoiceItem": _of(
        shown="name description type quantity price_minor total_minor",
        internal="sku cost cost_account",
        machine="position",
    ),
    "billing.InvoiceSequence": _of(machine="last"),
    "billing.LedgerEntry": _of(internal="source_type source_ref", machine="kind amount_minor currency at"),
    "billing.MethodSetup": _of(
        internal="made_by made_by_name failure_code request idempotency_key session_ref",
        machine="kind state form_token session_url verify_url created_at expires_at",
    ),
    "billing.Payment": _of(
        shown="amount_minor currency method method_label state received_minor refunded_minor receipt_number paid_on"
        " created_at succeeded_at failure_text receipt_email is_voided",
        internal="disputed_minor quarantine_note reference memo made_by made_by_name channel",
        machine="form_token request_hash returnable_until",
    ),
    "billing.PaymentAccount": _of(
        internal="key_hint webhook_url",
        machine="gateway secret_key_sealed webhook_secret_sealed is_live is_active",
    ),
    "billing.PaymentAttempt": _of(
        internal="failure_code failure_text request ip_prefix idempotency_key session_ref intent_ref",
        machine="n kind state session_url verify_url sent_at expires_at is_superseded next_check_at check_count"
        " created_at",
    ),
    "billing.PaymentMethod": _of(
        shown="kind brand last4 expires_on state is_default created_at",
        internal="ref fingerprint mandate_ref disabled_why added_by added_by_name",
        machine="detached_at",
    ),
    "billing.PaymentPolicy": _of(
        shown="is_partial_allowed minimum_minor partial_minimum_invoice_minor is_ach_allowed receipt_text",
        machine="cards_paused_until statement_every_days",
    ),
    "billing.PaymentRest": _of(machine="amount_minor"),
    "billing.PaymentTerm": _of(shown="name", machine="due_day_type due_day is_active"),
    "billing.PaymentType": _of(shown="name", machine="is_active"),
    "billing.Refund": _of(
        internal="note reason ref intent_ref failure_code made_by made_by_name request idempotency_key",
        machine="amount_minor currency state form_token created_at sent_at succeeded_at next_check_at check_count",
    ),
    "booking.Booking": _of(
        shown="answers notes contact_name contact_phone contact_email late_fee_text consent made_at",
        internal="skills made_by made_by_name",
        machine="minutes is_by_office key request_hash",
    ),
    "booking.BookingSequence": _of(machine="last"),
    "booking.BookingStep": _of(
        shown="kind at was_starts_at was_ends_at starts_at ends_at late_fee_text",
        internal="reason made_by_name",
        machine="is_late is_by_office",
    ),
    "booking.BranchDay": _of(
        machine="day version is_stale table technician_ids window_ids window_spans provided consumed closed_ids"
        " unplanned_ids"
    ),
    "booking.Hold": _of(
        shown="window_starts_at window_ends_at answers expires_at",
        internal="skills made_by",
        machine="day minutes state made_at",
    ),
    "booking.HoldPhoto": _of(shown="name"),
    "booking.PlanBlock": _of(machine="starts_at ends_at"),
    "booking.VisitOffer": _of(
        shown="state message expires_at",
        internal="made_by made_by_name ended_by_name",
        machine="was_starts_at was_ends_at made_at ended_at",
    ),
    "booking.WaitlistEntry": _of(
        shown="answers from_day until_day email state made_at",
        internal="made_by",
        machine="offers line_at looked_at seen",
    ),
    "capacity.AnswerOption": _of(shown="label text", internal="skill", machine="position effect minutes"),
    "capacity.ArrivalWindow": _of(machine="start_minute minutes is_active"),
    "capacity.ArrivalWindowUnit": _of(),
    "capacity.BusinessHours": _of(machine="weekdays saturday sunday"),
    "capacity.BusinessHoursUnit": _of(),
    "capacity.CapacityRule": _of(
        internal="name",
        machine="kind channel amount weekdays from_day until_day from_days_ahead until_days_ahead is_active",
    ),
    "capacity.Holiday": _of(internal="name", machine="day spans"),
    "capacity.JobTypeScheduling": _of(
        shown="fee_text",
        machine="is_self_schedulable is_self_reschedulable is_members_only lead_hours horizon_days same_day_cutoff"
        " reschedule_cutoff_hours cancel_cutoff_hours max_per_day max_per_window source_said",
    ),
    "capacity.NonJobAppointment": _of(
        internal="name summary", machine="starts_at minutes is_all_day is_capacity_taken is_active"
    ),
    "capacity.Question": _of(shown="wording hint", machine="position kind is_required"),
    "capacity.SchedulingPolicy": _of(
        shown="late_fee_text late_fee_minor",
        machine="travel_pad_minutes granularity online_percent holdback_hours hold_seconds reschedule_cutoff_hours"
        " cancel_cutoff_hours most_reschedules most_bookings_per_day may_change_confirmed",
    ),
    "capacity.Technician": _of(
        shown="name bio", internal="email phone team memo skills", machine="zone_source_ids is_active"
    ),
    "capacity.TechnicianShift": _of(internal="title note", machine="type starts_at ends_at is_active"),
    "capacity.Zone": _of(internal="name", machine="zips cities is_active"),
    "capacity.ZoneTechnician": _of(),
    "capacity.ZoneUnit": _of(),
    "catalog.BusinessUnit": _of(shown="trade", internal="name official_name phone tax_rate", machine="is_active"),
    "catalog.JobType": _of(
        shown="name duration_minutes is_no_charge preparation",
        internal="summary job_class priority skills",
        machine="is_active",
    ),
    "catalog.JobTypeUnit": _of(),
    "catalog.TagType": _of(internal="name color importance", machine="is_active"),
    "customers.Contact": _of(shown="value email", internal="memo", machine="source type phone_digits"),
    "customers.Customer": _of(
        shown="name number street unit city region postal_code country",
        internal="memo type payment_term_source_id do_not_mail do_not_service",
        machine="sort_key is_branch_fixed is_active created_at",
    ),
    "customers.CustomerSequence": _of(machine="last"),
    "customers.EmailAddress": _of(shown="email", machine="customer_count is_placeholder is_confirmed bounced_at"),
    "customers.HouseholdMember": _of(
        shown="email invited_by_name message may_see_history may_see_prices may_pay may_book approve_up_to_minor"
        " ends_on invited_at accepted_at left_at revoked_at",
        internal="memo revoked_by_name",
        machine="owner_email",
    ),
    "customers.Location": _of(
        shown="name street unit city region postal_code country", machine="zone_source_id is_active created_at"
    ),
    "customers.Merge": _of(internal="by_name undone_by_name portal_rows", machine="was_active at undone_at"),
    "customers.MergedRow": _of(machine="kind row_id is_over"),
    "customers.PortalContact": _of(
        shown="email",
        internal="memo",
        machine="billing is_on_customer is_widened is_present invited_at revoked_at told_at stage stage_at",
    ),
    "customers.PortalContactLocation": _of(),
    "customers.SearchRow": _of(internal="name places marks", machine="keys"),
    "documents.Document": _of(
        shown="kind name answers created_at",
        internal="source_path form_status uploaded_by_name shared_by_name",
        machine="source is_shared shared_at",
    ),
    "documents.StoredFile": _of(
        shown="content_type size width height",
        machine="stored_as original_as digest picture_state thumbnail_as tries created_at",
    ),
    "equipment.InstalledEquipment": _of(
        shown="name type manufacturer model serial_number installed_on manufacturer_warranty_start"
        " manufacturer_warranty_end service_provider_warranty_start service_provider_warranty_end",
        internal="status cost memo",
        machine="is_active created_at",
    ),
    "estimates.Approval": _of(
        shown="channel signer_name signature_kind signature_png snapshot sha256 currency total_minor deposit_minor at",
        internal="ip_prefix user_agent recorded_by_name note login",
        machine="version_n terms_n",
    ),
    "estimates.ApprovalPaper": _of(shown="content", machine="sha256 made_at"),
    "estimates.ApprovalUndo": _of(shown="made_by_name at", machine="by_office"),
    "estimates.Estimate": _of(
        shown="number name summary status is_recommended currency subtotal_minor tax_minor total_minor deposit_kind"
        " deposit_minor deposit_percent expires_at decided_at",
        internal="owner owner_name tax_rate",
        machine="position is_other_chosen is_active version created_at",
    ),
    "estimates.EstimateEvent": _of(internal="made_by_name note login", machine="kind version_n at"),
    "estimates.EstimateItem": _of(
        shown="name description type quantity price_minor member_price_minor total_minor is_optional is_suggested",
        internal="sku cost cost_account",
        machine="position is_taxable",
    ),
    "estimates.EstimateMessage": _of(
        shown="kind side item_name text author_name at", internal="login author_email", machine="answered_at"
    ),
    "estimates.EstimatePolicy": _of(shown="decline_reasons", machine="undo_hours expires_after_days"),
    "estimates.EstimateTerms": _of(shown="text", internal="made_by_name", machine="n created_at"),
    "estimates.EstimateVersion": _of(shown="content", internal="made_by_name", machine="n at"),
    "estimates.Proposal": _of(machine="tag state open_until listed_at"),
    "importer.ImportRun": _of(internal="report", machine="started_at finished_at exported_at"),
    "importer.StagedFile": _of(internal="path stored_as", machine="digest size"),
    "importer.StagedRecord": _of(
        internal="record applied_record reason fault",
        machine="entity file line modified_at checksum applied_checksum state",
    ),
    "invitations.InviteList": _of(
        internal="name made_by made_by_name",
        machine="stored_as state fault read_to read_line read_share is_cut counts results finals include_invited"
        " made_at read_at confirmed_at done_at touched_at",
    ),
    "invitations.InviteListRow": _of(internal="typed", machine="position line email outcome result"),
    "jobs.Appointment": _of(
        shown="number status window_starts_at window_ends_at is_confirmed",
        internal="special_instructions",
        machine="starts_at ends_at",
    ),
    "jobs.AppointmentAssignment": _of(shown="status", machine="assigned_at"),
    "jobs.AppointmentStep": _of(shown="status at", internal="made_by_name"),
    "jobs.JobEquipment": _of(),
    "jobs.JobNote": _of(internal="text", machine="is_pinned is_active created_at"),
    "jobs.Job": _of(
        shown="number status summary completed_at created_at is_no_charge",
        internal="priority cancel_reason hold_reason tag_source_ids",
        machine="happens_at",
    ),
    "memberships.Membership": _of(
        shown="status starts_at ends_at duration_months billing_frequency next_bill_on canceled_at",
        internal="memo",
        machine="listed_at created_at",
    ),
    "memberships.MembershipType": _of(
        shown="display_name discount_percent billing", internal="name", machine="is_active"
    ),
    "memberships.MembershipTypeService": _of(),
    "memberships.RecurringServiceEvent": _of(shown="name due_at status"),
    "memberships.RecurringServiceType": _of(shown="name", internal="recurrence months", machine="is_active"),
    "messaging.MailWording": _of(shown="subject heading text", machine="kind version changed_at"),
    "messaging.Message": _of(
        shown="to_email letter attachments",
        internal="error",
        machine="kind key subject_id customer_id state queued_at sent_at tries",
    ),
    "people.CalendarFeed": _of(machine="digest made_at"),
    "people.Login": _of(
        shown="email name", internal="password role", machine="side is_active created_at last_signed_in_at"
    ),
    "people.LoginSession": _of(
        shown="notices agent ip_prefix started_at seen_at",
        machine="digest expires_at idle_minutes proved_at ended_at is_remembered",
    ),
    "people.MailedCode": _of(shown="email", machine="purpose place made_at expires_at tries used_at ended_at"),
    "people.OneTimeLink": _of(
        shown="email",
        machine="purpose digest subject_id made_at expires_at opened_at used_at ended_at code_digest code_expires_at"
        " code_tries facts",
    ),
    "people.PendingSignIn": _of(machine="digest sealed made_at expires_at tries ended_at"),
    "people.PortalViewing": _of(
        shown="email",
        internal="role",
        machine="link_digest link_expires_at digest customer_id made_at expires_at ended_at",
    ),
    "people.RecoveryCode": _of(machine="digest used_at"),
    "people.SecondFactor": _of(machine="sealed last_step made_at"),
    "people.TryCount": _of(internal="kind key", machine="window_starts_at count"),
    "statements.StatementMail": _of(
        internal="reason made_by made_by_name emails",
        machine="as_of_on open_minor due_minor currency paper mailed_at",
    ),
    "statements.StatementRun": _of(
        internal="made_by made_by_name started_by started_by_name",
        machine="as_of_on smallest_minor is_overdue_only currency state walked_to walked to_walk rows found finals"
        " made_at prepared_at started_at ended_at touched_at",
    ),
    "statements.StatementRunRow": _of(
        internal="emails", machine="position preview outcome open_minor due_minor mailed_on"
    ),
    "tenancy.Branch": _of(
        shown="display_name phone support_email address color logo_png logo_digest time_zone opening_hours",
        internal="name",
        machine="is_main",
    ),
    "tenancy.Logo": _of(shown="png", machine="digest created_at"),
    "tenancy.OperatorTermsAcceptance": _of(internal="version text accepted_by accepted_by_name accepted_at"),
    "tenancy.PortalTester": _of(internal="email added_by_name", machine="added_at"),
}
