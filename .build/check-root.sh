# Sourced by mvnw and comporta: prepare_shell settles what the environment may have changed in this shell, and
# require_usable_root ends with one sentence when Java cannot run from the folder of the checkout, $root.

prepare_shell() {
  # SHELLOPTS can switch on options of bash, which stop a script, its globs or its redirections.
  set +efC
  unset IFS GREP_OPTIONS
  # In plain ASCII Java can open no file whose name has other letters. That is the C locale, or one not installed here.
  charmap=$(locale charmap 2>/dev/null) || charmap=
  case $charmap in
    ANSI_X3.4-1968 | US-ASCII | 646)
      LC_ALL=C.UTF-8
      export LC_ALL
      charmap=UTF-8
      ;;
  esac
}

require_usable_root() {
  case $root in
    *:*) refuse_root "Java separates the folders of a module path by ':', so no folder in this path may have one in its name" ;;
    *[!a-zA-Z0-9/._\ -]*)
      # Without iconv the question stays open, and Java answers it.
      if [ -n "$charmap" ] && command -v iconv >/dev/null 2>&1 \
        && ! printf '%s' "$root" | iconv -f "$charmap" -t UTF-8 >/dev/null 2>&1; then
        refuse_root "this path is no text in $charmap, the character set of your locale, so Java cannot open it"
      fi
      ;;
  esac
}

refuse_root() {
  echo "Comporta cannot run from $(printf '%s' "$root" | tr '[:cntrl:]' '?'): $1; move or rename the checkout." >&2
  exit 2
}
