"""What a job has, and why something may not be done to it now: the conditions of the flow."""

from fieldkit.domain.core.errors import Reason
from fieldkit.domain.core.job_codes import Answer, JobKind, Remedy, ServiceMode
from fieldkit.domain.job.approval_outcome import undecided
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.money_checks import refund_limit
from fieldkit.domain.records.product_registration import Proof

_ON_SITE = frozenset({ServiceMode.HOME_VISIT, ServiceMode.OUTSOURCED})
_PLAIN_WORK = frozenset({JobKind.DELIVERY, JobKind.TRAINING})
_JUDGED_WORK = frozenset({JobKind.REPAIR, JobKind.EXCHANGE_REFUND})
_FINAL = frozenset({Remedy.EXCHANGE, Remedy.REFUND})

# -- what a job has ------------------------------------------------------------------------


def on_site(job: Job) -> bool:
    """Whether somebody travels to the customer."""
    return job.mode in _ON_SITE


def decides(job: Job) -> bool:
    """Whether the rules are asked: not about a delivery or a training."""
    return job.kind not in _PLAIN_WORK


def chargeable(job: Job) -> bool:
    """Whether a quote is needed: until the decision is there, it may be. A customer who gets a
    new product or her money back pays for no repair."""
    return decides(job) and not job.replaced and (job.decision is None or job.priced_fen > 0)


def needs_approval(job: Job) -> bool:
    """Whether somebody must approve: by the decision, or because a line needs a supervisor.

    What the outlet head approves is an exchange or refund: not asked for before the customer
    has chosen one, nor when she takes the repair, unless there is a concession in it.
    """
    decision = job.decision
    if decision is None:
        return False
    if _refunds(job) and (job.product is None or job.product.price_fen is None):
        return True
    if any(line.charge == "needs_supervisor" for line in decision.lines):
        return True
    if decision.approval == "outlet_head" and offers_choice(job) and not decision.concession_fen:
        return job.replaced
    return decision.approval != "none"


def asks_approval(job: Job) -> bool:
    """Also what is pending may be decided by an answer, after the investigation."""
    left_open = job.decision is not None and undecided(job.decision)
    return needs_approval(job) or left_open or bool(job.verdict_requests) or _refunds(job)


def _refunds(job: Job) -> bool:
    return job.remedy is not None and job.remedy.remedy is Remedy.REFUND


def may_have_request(job: Job) -> bool:
    """Whether somebody may be asked: for the verdict, or for goodwill."""
    return asks_approval(job) or bool(job.approvals)


def remedies(job: Job) -> frozenset[str]:
    """The remedies that the customer may choose from; none before the decision."""
    if job.decision is None:
        return frozenset()
    by_line = frozenset(str(line.remedy) for line in job.decision.lines) & _FINAL
    return by_line.union(job.decision.remedy_options)


def offers_choice(job: Job) -> bool:
    """Whether the customer may have an exchange or refund; before the decision, whether she
    asks for one."""
    if job.decision is None:
        return job.kind is JobKind.EXCHANGE_REFUND
    return bool(_FINAL & remedies(job))


def repairs(job: Job) -> bool:
    """Whether there is work to do: not where every line was found to need nothing, nor where
    an exchange was asked for and nothing is due. After a declined quote the free lines stay."""
    if job.replaced:
        return False
    if job.decision is None:
        return True
    if job.decline is None and job.kind not in _JUDGED_WORK:
        return True
    if job.decline is None and not job.decision.lines:
        return job.kind is JobKind.REPAIR
    return undecided(job.decision) or bool(job.work_lines)


def present(job: Job) -> bool:
    """Whether the product is there to be taken in; a remote job sees none."""
    return decides(job) and job.mode is not ServiceMode.REMOTE


def to_hand_back(job: Job) -> bool:
    """Whether a product was taken in that the customer gets back."""
    return job.custody is not None and not job.replaced


def card_kept(job: Job) -> bool:
    """The card of a repaired product, where there is one; a new product comes with one."""
    if job.mode is ServiceMode.REMOTE or job.kind is JobKind.TRAINING:
        return False
    has_card = job.product is None or job.product.proof is not Proof.NONE
    return job.exchange is not None or (job.repair is not None and has_card)


def signs(job: Job) -> bool:
    """Whether the customer can sign; nobody signs at a distance."""
    return job.mode is not ServiceMode.REMOTE


def pays(job: Job) -> bool:
    """Where something is payable. Nothing is left to pay where the customer declined, took only
    what costs nothing, got all of it as a gift, or nothing of it was fitted."""
    settled = bool(job.acceptance or job.given) and job.payable_fen == 0
    return chargeable(job) and job.decline is None and not settled


# -- why not -------------------------------------------------------------------------------


def not_pending(job: Job) -> Reason | None:
    """Nothing is done while the charge waits for an investigation."""
    if job.decision and any(line.charge == "pending" for line in job.decision.lines):
        return Reason("pending")
    return None


def waits_for_purchase_date(job: Job) -> bool:
    """Whether the verdict waits for a day of purchase that nobody has recorded."""
    if job.product is None or job.product.purchase_date is not None or job.decision is None:
        return False
    return any(line.charge == "pending" for line in job.decision.lines)


def approved(job: Job) -> Reason | None:
    """Nothing is done that somebody has yet to approve."""
    if not needs_approval(job) or job.approved:
        return None
    return Reason("refused_approval" if refused(job) else "needs_approval")


def refused(job: Job) -> bool:
    """Whether the last request was answered with no."""
    answer = job.approval_answer
    return answer is not None and answer.answer is Answer.REFUSED


def work_allowed(job: Job) -> Reason | None:
    """Neither pending nor waiting for approval."""
    return not_pending(job) or approved(job)


def refund_unlimited(job: Job) -> bool:
    """Whether a refund waits for somebody to approve an amount."""
    return _refunds(job) and job.approved and refund_limit(job) is None


def refund_allowed(job: Job) -> Reason | None:
    """Once the old product is back, or the amount was approved."""
    reason = work_allowed(job)
    if reason is not None:
        return reason
    if refund_limit(job) is None:
        return Reason("refund_not_approved")
    named = job.approved and job.approved_fen("") > 0
    return None if job.old_product or named else Reason("old_product_first")


def may_give(job: Job) -> Reason | None:
    """What an invoice says is not made less behind its back."""
    return Reason("invoice_stands") if job.invoice else None


def owes(job: Job) -> Reason | None:
    """Only what is owed can be paid later."""
    return None if job.owed_fen else Reason("nothing_to_pay")


def may_deposit(job: Job) -> Reason | None:
    """A deposit is paid on an accepted quote, before the customer signs for the work."""
    if job.acceptance is None:
        return Reason("needs_step", {"step": "accept"})
    if job.signature is not None:
        return Reason("needs_step", {"step": "pay"})
    return owes(job)


def has_invoice(job: Job) -> Reason | None:
    """Only an invoice that stands is corrected."""
    return None if job.invoice else Reason("needs_step", {"step": "invoice"})


def no_open_request(job: Job) -> Reason | None:
    """One request waits at a time."""
    return Reason("needs_step", {"step": "answer_approval"}) if job.open_approval else None


def has_open_request(job: Job) -> Reason | None:
    """Only an open request can be answered."""
    return None if job.open_approval else Reason("nothing_requested")


def before_work(job: Job) -> Reason | None:
    """What the work stands on is not changed once it has begun."""
    return Reason("work_begun") if job.work_begun else None


def quote_answered(job: Job) -> Reason | None:
    """A quote stands once the customer has answered it."""
    answered = job.acceptance or job.decline
    return Reason("already_done") if answered else work_allowed(job)


def may_decline(job: Job) -> Reason | None:
    """An accepted quote is not declined any more."""
    return Reason("already_done") if job.acceptance else before_work(job)


def may_choose(job: Job) -> Reason | None:
    """A remedy is chosen, or chosen anew, before the work."""
    return before_work(job) or not_pending(job)


def may_arrive_again(job: Job) -> Reason | None:
    """A second visit follows a job that was carried forward."""
    return Reason("already_done") if job.arrival and not job.carried_on else None


def may_cancel(job: Job) -> Reason | None:
    """What the customer has paid or received is not undone by a cancellation, nor a signature
    under work that nobody owes anything for."""
    if job.payments:
        return Reason("payment_stands")
    signed = job.signature is not None and job.owed_fen == 0
    return Reason("signed_off") if signed or job.exchange or job.refund else None
