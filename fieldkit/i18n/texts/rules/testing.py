"""What `fieldkit rules test` says."""

MESSAGES: dict[str, tuple[str, str]] = {
    "error.no_scenarios": (
        "The pack in {folder} has no scenarios. Put them in its folder tests, as *.yaml files.",
        "{folder} 中的规则包没有场景。请在其 tests 文件夹内放入 *.yaml 场景文件。",
    ),
    "rtest.passed": ("{passed} of {count} scenarios passed.", "{count} 个场景中 {passed} 个通过。"),
    "rtest.failed": ("{file}:{line}: {id} failed: {title}", "{file}:{line}：{id} 未通过：{title}"),
    "rtest.mismatch": ("{what}: {got}; expected {expected}", "{what}：得到 {got}，应为 {expected}"),
    "rtest.nothing": ("nothing", "无"),
    "rtest.engine_missing": (
        "Tried by the reference engine alone: durable_rules cannot be loaded here "
        "(see: fieldkit doctor).",
        "仅由参考引擎测试：本机无法加载 durable_rules（见：fieldkit doctor）。",
    ),
    "rtest.engines": ("The two engines differ: {report}", "两个引擎结果不一致：{report}"),
    "rtest.rules": (
        "Rules: {percent} % of {count} decided in some scenario.",
        "规则：共 {count} 条，{percent}% 在场景中起过作用。",
    ),
    "rtest.conditions": (
        "Conditions: {percent} % of {count} were seen both true and false.",
        "条件：共 {count} 个，{percent}% 在场景中既成立过也不成立过。",
    ),
    "rtest.rule_missing": (
        "{at}: no scenario in which {rule} decides",
        "{at}：没有场景由 {rule} 判定",
    ),
    "rtest.never_true": (
        "{at}: {rule}: “{condition}” was never seen true",
        "{at}：{rule}：“{condition}”从未成立",
    ),
    "rtest.never_false": (
        "{at}: {rule}: “{condition}” was never seen false",
        "{at}：{rule}：“{condition}”从未不成立",
    ),
    "rtest.below": ("The coverage is below {threshold} %.", "覆盖率低于 {threshold}%。"),
    "rtest.not_mutated": (
        "Changes of the pack are tried only when all scenarios pass.",
        "全部场景通过后才会尝试改动规则包。",
    ),
    "rtest.mutants": (
        "Changes tried: {boundary} boundaries, {number} terms and numbers, {outcome} outcomes.",
        "尝试的改动：边界 {boundary} 处，期限和数值 {number} 处，结果 {outcome} 处。",
    ),
    "rtest.all_noticed": ("Some scenario notices each of them.", "每处改动都有场景发现。"),
    "rtest.survived": (
        "{at}: no scenario notices {rule}: {before} -> {after}",
        "{at}：没有场景发现 {rule}：{before} -> {after}",
    ),
    "rtest.empty": ("nothing", "空"),
    "rtest.trying": ("{done} changes tried", "已尝试 {done} 处改动"),
}
