"""The statement behind undo.py, and the part of it that pages hold within theirs."""

from __future__ import annotations

# The visits that were booked for its work, of its job or of one that was linked to it when that was done.
BOOKED = """EXISTS (SELECT FROM booking_booking k JOIN jobs_appointment o ON o.id = k.appointment_id
    WHERE k.estimate_id = x.id AND o.status IN ({0}))"""

# Of estimate x with job j. Somebody was sent since it was accepted, or is on the way or at work now; and the bill that
# was made of it, or one of its job that came after it, wherever that was written.
FACTS = f"""json_build_object('job_status', j.status, 'completed_at', j.completed_at, 'decided_at', x.decided_at,
  'is_visit_begun', EXISTS (SELECT FROM jobs_appointment o WHERE o.job_id = j.id AND (
    o.status IN ('Dispatched', 'Working') OR EXISTS (SELECT FROM jobs_appointmentstep h WHERE h.appointment_id = o.id
      AND h.status IN ('Dispatched', 'Working', 'Done') AND h.at >= x.decided_at)))
    OR {BOOKED.format("'Dispatched', 'Working', 'Done'")},
  'is_booked', {BOOKED.format("'Scheduled', 'Hold'")},
  'is_invoiced', EXISTS (SELECT FROM billing_invoice v WHERE v.id = x.invoice_id AND v.state <> 'void')
    OR EXISTS (SELECT FROM billing_invoice v WHERE v.company_id = x.company_id AND v.job_id = j.id
      AND v.state <> 'void' AND v.was_ever_positive AND (v.created_at >= x.decided_at OR v.issued_on > (
        SELECT (x.decided_at AT TIME ZONE z.time_zone)::date FROM tenancy_branch z WHERE z.id = x.branch_id))))"""
OF_ONE = f"""
SELECT {FACTS} FROM estimates_estimate x JOIN estimates_proposal p ON p.id = x.proposal_id
JOIN jobs_job j ON j.id = p.job_id WHERE x.company_id = %(company)s AND x.id = %(estimate)s::bigint
"""
