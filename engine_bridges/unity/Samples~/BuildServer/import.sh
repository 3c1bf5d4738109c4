#!/usr/bin/env bash
# Import what is published in OUT into PROJECT, test it, and end with 0 (all passed), 1 (an asset was refused or failed a
# test) or 2 (nothing could be imported). Reports lie in OUT/<asset>/reports/unity.json.
#   UNITY=/opt/unity/Editor/Unity ./import.sh PROJECT OUT
set -uo pipefail

export IMPORTER_BRIDGE_OUT=$2
"${UNITY:-Unity}" -batchmode -projectPath "$1" -executeMethod Importer.Bridge.Editor.BatchImport.Run -logFile -
