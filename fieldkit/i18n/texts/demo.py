"""What is said about the demo day."""

MESSAGES = {
    "error.demo.wrong": (
        "The demo day cannot be read: {file}, {where}: {why}. Nothing was changed; put the file "
        "right, or take back the one that came with fieldkit.",
        "无法读取演示数据：{file}，{where}：{why}。未作任何改动，请改正该文件或恢复随附的原文件。",
    )
}
