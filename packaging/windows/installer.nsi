; The Windows installer:
;   makensis -NOCD -WX -DVERSION=0.1.0 -DSOURCE=build\frozen\imgvar-desktop -DOUT=build\Imgvar-setup.exe packaging\windows\installer.nsi
; The icon is looked for where freeze.py makes it, unless -DICON= says where it is.
;
; NSIS and not Inno Setup: its compiler runs on Linux too, so the checks compile this very file there, warnings as
; errors, while Inno Setup's runs on Windows alone and a mistake would show at release time.
;
; For one user, without the administrator's rights: a program that runs elevated gets no drops from the Explorer.
; "Open with" is offered for pictures, and no default is taken away. The library is not in the program's folder and is
; never touched: not by an update, not by the uninstaller.

Unicode true
SetCompressor /SOLID lzma
RequestExecutionLevel user
ManifestDPIAware true
ManifestSupportedOS Win10

!ifndef VERSION | SOURCE | OUT
  !error "say -DVERSION=, -DSOURCE= and -DOUT="
!endif
!ifndef ICON
  !define ICON "${SOURCE}\..\..\icons\imgvar.ico"
!endif

!include MUI2.nsh
!include FileFunc.nsh
!include x64.nsh

!define PROGRAM "imgvar-desktop.exe"
!define PROG_ID "Imgvar.Picture"
!define CLASSES "Software\Classes"
!define APPLICATION "${CLASSES}\Applications\${PROGRAM}"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\Imgvar"

Name "Imgvar"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\Imgvar"
InstallDirRegKey HKCU "${UNINSTALL}" "InstallLocation"
BrandingText "Imgvar ${VERSION}"
VIProductVersion "${VERSION}.0"
VIAddVersionKey ProductName "Imgvar"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey FileDescription "Installs Imgvar"
VIAddVersionKey CompanyName "The Imgvar founders"
VIAddVersionKey LegalCopyright "MIT licence"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_FINISHPAGE_RUN "$INSTDIR\${PROGRAM}"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "German"
!insertmacro MUI_LANGUAGE "French"

LangString IN_USE ${LANG_ENGLISH} "Imgvar is open. Close its window, then try again."
LangString IN_USE ${LANG_GERMAN} "Imgvar ist geöffnet. Schließen Sie das Fenster und versuchen Sie es noch einmal."
LangString IN_USE ${LANG_FRENCH} "Imgvar est ouvert. Fermez sa fenêtre, puis réessayez."
LangString NOT_64 ${LANG_ENGLISH} "Imgvar needs a 64-bit Windows."
LangString NOT_64 ${LANG_GERMAN} "Imgvar braucht ein 64-Bit-Windows."
LangString NOT_64 ${LANG_FRENCH} "Imgvar nécessite un Windows 64 bits."
LangString PICTURE ${LANG_ENGLISH} "Picture"
LangString PICTURE ${LANG_GERMAN} "Bild"
LangString PICTURE ${LANG_FRENCH} "Image"

; Does DO with each kind of picture that the program opens; a test holds this list against the program's own.
!macro ForEachSuffix DO
  !insertmacro ${DO} ".png"
  !insertmacro ${DO} ".jpg"
  !insertmacro ${DO} ".jpeg"
  !insertmacro ${DO} ".jfif"
  !insertmacro ${DO} ".webp"
  !insertmacro ${DO} ".tif"
  !insertmacro ${DO} ".tiff"
  !insertmacro ${DO} ".gif"
  !insertmacro ${DO} ".bmp"
  !insertmacro ${DO} ".avif"
  !insertmacro ${DO} ".heic"
  !insertmacro ${DO} ".heif"
  !insertmacro ${DO} ".hif"
  !insertmacro ${DO} ".psd"
  !insertmacro ${DO} ".psb"
  !insertmacro ${DO} ".svg"
  !insertmacro ${DO} ".svgz"
  !insertmacro ${DO} ".jp2"
  !insertmacro ${DO} ".ico"
  !insertmacro ${DO} ".icns"
  !insertmacro ${DO} ".tga"
  !insertmacro ${DO} ".ppm"
  !insertmacro ${DO} ".pgm"
  !insertmacro ${DO} ".qoi"
  !insertmacro ${DO} ".dds"
  !insertmacro ${DO} ".pcx"
!macroend

!macro Offer SUFFIX
  WriteRegStr HKCU "${CLASSES}\${SUFFIX}\OpenWithProgids" "${PROG_ID}" ""
  WriteRegStr HKCU "${APPLICATION}\SupportedTypes" "${SUFFIX}" ""
!macroend

!macro Withdraw SUFFIX
  DeleteRegValue HKCU "${CLASSES}\${SUFFIX}\OpenWithProgids" "${PROG_ID}"
!macroend

; Windows lets nobody write to a file that runs. Asks until it does not, or the person gives up.
!macro WaitUntilClosed
  try_again:
    IfFileExists "$INSTDIR\${PROGRAM}" 0 closed
    ClearErrors
    FileOpen $0 "$INSTDIR\${PROGRAM}" a
    IfErrors 0 not_running
    MessageBox MB_RETRYCANCEL|MB_ICONINFORMATION "$(IN_USE)" /SD IDCANCEL IDRETRY try_again
    SetErrorLevel 2
    Quit
  not_running:
    FileClose $0
  closed:
!macroend

; Just what the installer put there: the folder may be one that somebody chose for more than this.
!macro RemoveProgram
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\${PROGRAM}"
  Delete "$INSTDIR\imgvar.exe"
!macroend

!macro TellTheExplorer
  !define SHCNE_ASSOCCHANGED 0x08000000
  System::Call 'shell32::SHChangeNotify(i ${SHCNE_ASSOCCHANGED}, i 0, p 0, p 0)'
  !undef SHCNE_ASSOCCHANGED
!macroend

Function .onInit
  ${IfNot} ${RunningX64}
    MessageBox MB_OK|MB_ICONSTOP "$(NOT_64)" /SD IDOK
    SetErrorLevel 3
    Quit
  ${EndIf}
FunctionEnd

Section
  !insertmacro WaitUntilClosed
  !insertmacro RemoveProgram ; of the version before: a module that is gone must not be found
  SetOutPath "$INSTDIR"
  File /r "${SOURCE}\*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\Imgvar.lnk" "$INSTDIR\${PROGRAM}"

  WriteRegStr HKCU "${CLASSES}\${PROG_ID}" "" "$(PICTURE)"
  WriteRegStr HKCU "${CLASSES}\${PROG_ID}\shell\open" "FriendlyAppName" "Imgvar"
  WriteRegStr HKCU "${CLASSES}\${PROG_ID}\shell\open\command" "" '"$INSTDIR\${PROGRAM}" "%1"'
  WriteRegStr HKCU "${APPLICATION}" "FriendlyAppName" "Imgvar"
  WriteRegStr HKCU "${APPLICATION}\shell\open\command" "" '"$INSTDIR\${PROGRAM}" "%1"'
  !insertmacro ForEachSuffix Offer

  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "Imgvar"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\${PROGRAM}"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "The Imgvar founders"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  IntFmt $0 "0x%08X" $0
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" "$0"
  !insertmacro TellTheExplorer
SectionEnd

Section "Uninstall"
  !insertmacro WaitUntilClosed
  !insertmacro RemoveProgram
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR" ; if it is empty
  Delete "$SMPROGRAMS\Imgvar.lnk"
  !insertmacro ForEachSuffix Withdraw
  DeleteRegKey HKCU "${CLASSES}\${PROG_ID}"
  DeleteRegKey HKCU "${APPLICATION}"
  DeleteRegKey HKCU "${UNINSTALL}"
  !insertmacro TellTheExplorer
SectionEnd
