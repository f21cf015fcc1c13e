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
}
