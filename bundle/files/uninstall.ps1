# Removes the program that lies in the folder of this script, and its command. Homes and offices are
# never touched: what was recorded stays where it is. Untried: no Windows has run it yet.
param([string] $OnlyProgram) # removes nothing; fails if anything else lies in the folder named
$ErrorActionPreference = "Stop"

$to = if ($OnlyProgram) { $OnlyProgram } else { $PSScriptRoot }
$chinese = (Get-UICulture).Name -like "zh*"
$ours = ".gitignore", ".lock", "CACHEDIR.TAG", "LICENSES", "Include", "Lib", "Scripts", "command",
    "pyvenv.cfg", "share", "uninstall.ps1"
$others = Get-ChildItem -Force $to | Where-Object { $ours -notcontains $_.Name }
if ($others -or -not ((Test-Path "$to\pyvenv.cfg") -and (Test-Path "$to\LICENSES\LIST.txt"))) {
    if ($chinese) { Write-Output "$to 中有程序以外的文件。未删除任何内容。" }
    else { Write-Output "$to holds other files than the program. Nothing was removed." }
    exit 1
}
if ($OnlyProgram) { exit 0 }

$paths = "$([Environment]::GetEnvironmentVariable('Path', 'User'))".Split(";")
[Environment]::SetEnvironmentVariable("Path", ($paths -ne "$to\command" -join ";"), "User")
Set-Location $env:TEMP
Remove-Item -Recurse -Force $to
if ($chinese) { Write-Output "fieldkit 已从 $to 移除。您的记录保留在原处。" }
else { Write-Output "fieldkit was removed from $to. What you recorded stays where it is." }
exit 0
