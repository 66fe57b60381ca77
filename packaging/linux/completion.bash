# Completion for imgvar-desktop and imgvar, for bash with bash-completion.
_imgvar_desktop() {
  local cur prev words cword
  _init_completion || return
  case $prev in
    -o | --output) _filedir -d && return ;;
    -n | --count | --size | --service | --base-url | --model | --seed | --strength | --crop | --prompt | --quality | --host | --port | --api-key-env) return ;;
  esac
  case $cur in
    -*)
      case ${words[1]} in
        vary) mapfile -t COMPREPLY < <(compgen -W '--count --size --output --service --base-url --model --seed --strength --crop --prompt --quality --json --help' -- "$cur") ;;
        serve) mapfile -t COMPREPLY < <(compgen -W '--host --port --api-key-env --help' -- "$cur") ;;
        *) mapfile -t COMPREPLY < <(compgen -W '--help --version' -- "$cur") ;;
      esac
      return
      ;;
  esac
  [ "${words[1]}" != serve ] && _filedir
  [ "$cword" != 1 ] || mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W 'vary serve' -- "$cur")
} &&
  complete -F _imgvar_desktop imgvar-desktop imgvar
