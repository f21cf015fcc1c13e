# Installs fieldkit from this folder for the person who runs it, or puts it in the place of an
# earlier one. It needs CPython @PYTHON@, and neither network nor compiler nor an administrator, and
# asks nothing. Untried: no Windows has run it yet.
#
#   powershell -ExecutionPolicy Bypass -File install.ps1 [-To FOLDER]
#
# $env:PYTHON names a Python that is not found by itself.
param([string] $To = "$env:LOCALAPPDATA\Programs\fieldkit")
$ErrorActionPreference = "Stop"

$chinese = (Get-UICulture).Name -like "zh*"
function Say([string] $English, [string] $Chinese_) {
    if ($chinese) { Write-Output $Chinese_ } else { Write-Output $English }
}
function Fail([string] $English, [string] $Chinese_) {
    Say $English $Chinese_
    exit 1
}
function Invoke-Uv {
    & "$PSScriptRoot\uv.exe" --quiet --no-config --no-cache --offline --no-python-downloads @args
    if ($LASTEXITCODE -ne 0) { throw "uv ended with $LASTEXITCODE" }
}

$asked = 'import sys; print(sys.implementation.name, "%d.%d" % sys.version_info[:2], sys.executable, sep="|")'
$python = $null
foreach ($candidate in @(@($env:PYTHON), @("py", "-@PYTHON@"), @("python"), @("python3"))) {
    if (-not $candidate[0]) { continue }
    try { $answer = "$(& $candidate[0] @($candidate | Select-Object -Skip 1) -c $asked 2>$null)" } catch { continue }
    $name, $version, $path = $answer.Split("|")
    if ($name -eq "cpython" -and $version -eq "@PYTHON@") { $python = $path; break }
}
if (-not $python) {
    Fail "This archive needs CPython @PYTHON@, which was not found here. Nothing was changed. Install it, or set PYTHON to its path." `
        "本安装包需要 CPython @PYTHON@，但未找到。未作任何改动。请安装它，或用 PYTHON 指明路径。"
}

# Only what an installer made is ever replaced.
if ((Test-Path $To) -and (Get-ChildItem -Force $To)) {
    & "$PSScriptRoot\uninstall.ps1" -OnlyProgram $To
    if ($LASTEXITCODE -ne 0) {
        Fail "$To holds other files than the program. Nothing was changed. Choose another folder with -To." `
            "$To 中有程序以外的文件。未作任何改动。请用 -To 另选文件夹。"
    }
}

$new = "$To.new-$PID"
try {
    Invoke-Uv venv --relocatable --python $python $new
    $wheels = (Get-ChildItem "$PSScriptRoot\wheels\*.whl").FullName
    Invoke-Uv pip install --no-index --no-deps --python $new @wheels
    Copy-Item -Recurse "$PSScriptRoot\uninstall.ps1", "$PSScriptRoot\LICENSES" $new
    # A folder with this command alone is put on PATH: that of the program has a python.exe, too.
    New-Item -ItemType Directory "$new\command" | Out-Null
    Set-Content -Encoding Ascii "$new\command\fieldkit.cmd" '@"%~dp0..\Scripts\fieldkit.exe" %*'
    & "$new\Scripts\fieldkit.exe" --version | Out-Null
    if ($LASTEXITCODE -ne 0) { throw "the installed program does not start" }
    # The new one stands beside the old one until here, and works. An app that is open keeps its files.
    if (Test-Path $To) { Move-Item $To "$To.old-$PID" }
    Move-Item $new $To
    Remove-Item -Recurse -Force "$To.old-$PID" -ErrorAction SilentlyContinue
} finally {
    Remove-Item -Recurse -Force $new -ErrorAction SilentlyContinue
}

$paths = "$([Environment]::GetEnvironmentVariable('Path', 'User'))".Split(";")
if ($paths -notcontains "$To\command") {
    [Environment]::SetEnvironmentVariable("Path", (@($paths) + "$To\command" -ne "" -join ";"), "User")
}
Say "fieldkit is installed in $To. In a new window, see a demo day:  fieldkit demo" `
    "fieldkit 已安装到 $To。请在新窗口中查看演示：fieldkit demo"
