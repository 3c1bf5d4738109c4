@echo off
rem Import what is published in OUT into PROJECT, test it, and end with 0 (all passed), 1 (an asset was refused or failed
rem a test) or 2 (nothing could be imported). Reports lie in OUT\<asset>\reports\unity.json.
rem   set UNITY=C:\Program Files\Unity\Hub\Editor\6000.0.32f1\Editor\Unity.exe
rem   import.cmd PROJECT OUT
set IMPORTER_BRIDGE_OUT=%~2
"%UNITY%" -batchmode -projectPath "%~1" -executeMethod Importer.Bridge.Editor.BatchImport.Run -logFile -
exit /b %ERRORLEVEL%
