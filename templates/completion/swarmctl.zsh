#compdef swarmctl
# Completion of swarmctl for zsh. For this shell, where compinit has run:
#   source <(swarmctl completion zsh)
# For every new one, into a folder of $fpath, before compinit runs in ~/.zshrc:
#   swarmctl completion zsh > /usr/local/share/zsh/site-functions/_swarmctl

_swarmctl() {
  local -a lines options
  local how found=1
  lines=("${(@f)$(swarmctl __complete zsh "${(@Q)words[1,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
  how=$lines[1]
  shift lines
  # lo may become LOCKED.
  options=(-M 'm:{a-zA-Z}={A-Za-z}')
  [[ $how == *open ]] && options+=(-S '')
  (( $#lines )) && _describe -t values swarmctl lines "${options[@]}" && found=0
  case $how in
    files*)
      compset -P '--*='
      _files && found=0
      ;;
    folders*)
      compset -P '--*='
      _files -/ && found=0
      ;;
  esac
  return found
}

# Loaded from $fpath it is called at once; sourced it is only made known.
if [[ $funcstack[1] == _swarmctl ]]; then
  _swarmctl "$@"
else
  compdef _swarmctl swarmctl
fi
