"""What is said of corrections of jobs, customers and products."""

MESSAGES = {
    "format.correction": ("{moment} · {who} · {step}: {what}", "{moment} · {who} · {step}：{what}"),
    "format.change": ("{label}: {old} → {new}", "{label}：{old} → {new}"),
    "format.nothing": ("–", "–"),
    "screen.part.corrections": ("Corrections", "更正记录"),
    "paper.corrections": ("Corrected since", "更正记录"),
    "cli.correction": ("  ~ {text}", "  ~ {text}"),
}
