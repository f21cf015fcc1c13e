"""Why a step of a complaint is not allowed now."""

MESSAGES = {
    "why.needs_complaint_step": ("“{complaint_step}” comes first.", "请先完成“{complaint_step}”。"),
    "why.complaint_unfounded": (
        "The complaint was judged unfounded: the customer is answered with reasons, nothing else.",
        "投诉判定为不成立：向顾客说明理由即可，无需此步骤。",
    ),
    "why.complained_about": (
        "The complaint is about this person, who must not handle it. Let somebody else do it.",
        "当事人不得处理针对本人的投诉，请由他人处理。",
    ),
    "why.call_about_you": (
        "The customer scored your own work: somebody else makes this call. It stays on the "
        "office's list.",
        "顾客评价的是您本人的服务：此回访由他人进行，仍在公司的待办清单中。",
    ),
}
