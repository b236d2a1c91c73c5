@echo off
rem Starts Comporta on Windows: finds a JDK 25 or newer, builds when there is no build or a source is newer,
rem then runs the command in the caller's folder. COMPORTA_JAVA_OPTS holds more options for the JVM.
setlocal EnableExtensions DisableDelayedExpansion
set "ROOT=%~dp0"
set "ROOT=%ROOT:~0,-1%"
set "LIB=%ROOT%\apps\cli\target\comporta\lib"
set "DISTRIBUTION="
if exist "%ROOT%\lib" if not exist "%ROOT%\pom.xml" set "DISTRIBUTION=1"
if defined DISTRIBUTION set "LIB=%ROOT%\lib"
set "LOG=%ROOT%\.build\build.log"
set "MAIN=dev.comporta.cli/dev.comporta.cli.Main"

call :find_jdk
if not defined JDK (
  echo Comporta needs a JDK 25 or newer: install one and set JAVA_HOME to its folder. 1>&2
  exit /b 2
)
if not defined DISTRIBUTION (
  call :is_current
  if errorlevel 1 (
    call :build
    if errorlevel 1 exit /b 2
  )
)
if defined COMPORTA_JAVA_OPTS echo "%COMPORTA_JAVA_OPTS%" | findstr /c:"--module-path" /c:" -p " /c:"\"-p " >nul && (
  echo COMPORTA_JAVA_OPTS holds a module path, which would replace that of Comporta: use --plugins PATH or COMPORTA_PLUGINS. 1>&2
  exit /b 2
)
rem The libraries that bench --peers and export --verify use, if a checkout has built them: mvn -Pquick,peers -pl apps/peers -am package
set "PEERS="
if exist "%ROOT%\apps\peers\target\peers\lib" set PEERS="-Dcomporta.peers=%ROOT%\apps\peers\target\peers"
"%JDK%\bin\java.exe" --add-modules jdk.incubator.vector -XX:+UseParallelGC -XX:ObjectAlignmentInBytes=64 -Xlog:disable -Xlog:all=warning:stderr "-Dcomporta.command=%~0" %PEERS% %COMPORTA_JAVA_OPTS% --module-path "%LIB%" --module %MAIN% %*
exit /b %ERRORLEVEL%

:find_jdk
set "JDK="
if defined DISTRIBUTION if exist "%ROOT%\runtime\bin\java.exe" set "JDK=%ROOT%\runtime"
if defined JDK exit /b 0
if defined JAVA_HOME call :try_jdk "%JAVA_HOME%"
if defined JDK exit /b 0
for /f "delims=" %%J in ('where java.exe 2^>nul') do if not defined JDK call :try_jdk "%%~dpJ.."
if defined JDK exit /b 0
for /d %%J in ("%ProgramFiles%\Java\jdk-*" "%ProgramFiles%\Eclipse Adoptium\jdk-*" "%ProgramFiles%\Microsoft\jdk-*") do call :try_jdk "%%~J"
exit /b 0

:try_jdk
if not exist "%~1\bin\javac.exe" exit /b 0
if not exist "%~1\release" exit /b 0
for /f "tokens=2 delims==" %%V in ('findstr /b "JAVA_VERSION=" "%~1\release"') do set "VERSION=%%~V"
for /f "delims=.-+" %%M in ("%VERSION%") do if %%M GEQ 25 set "JDK=%~f1"
exit /b 0

rem A build is current if it was of the same sources: their names, sizes and times.
:is_current
if not exist "%LIB%\..\sources.txt" exit /b 1
call :fingerprint > "%LIB%\..\sources.now" 2>nul
fc /b "%LIB%\..\sources.txt" "%LIB%\..\sources.now" >nul 2>&1
exit /b %ERRORLEVEL%

:fingerprint
for /r "%ROOT%" %%F in (pom.xml) do if exist "%%F" echo %%~fF %%~zF %%~tF
for %%D in (api tensor cells attention training serialization inference onnx exchange apps) do (
  for /r "%ROOT%\%%D" %%F in (*.java *.proto *.properties) do echo %%~fF %%~zF %%~tF
)
exit /b 0

:build
echo Building Comporta (log: %LOG%) 1>&2
where mvn.cmd >nul 2>&1
if errorlevel 1 (
  echo Comporta must be built first, but there is no mvn on the path: install Maven, then run this again. 1>&2
  exit /b 1
)
set "JAVA_HOME=%JDK%"
call mvn.cmd --batch-mode --file "%ROOT%\pom.xml" --activate-profiles quick --projects apps/cli --also-make package > "%LOG%" 2>&1
if errorlevel 1 (
  findstr /b "[ERROR]" "%LOG%" 1>&2
  echo Comporta could not be built: the errors are above, and all that Maven said is in %LOG%. 1>&2
  exit /b 1
)
call :fingerprint > "%LIB%\..\sources.txt"
exit /b 0
