# Completion of swarmctl for bash. For this shell:
#   source <(swarmctl completion bash)
# For every new one, with the package bash-completion:
#   swarmctl completion bash > ~/.local/share/bash-completion/completions/swarmctl
# or without it:
#   echo 'source <(swarmctl completion bash)' >> ~/.bashrc

_swarmctl() {
  local IFS=$'\n'
  local lines
  lines=($(swarmctl __complete bash "${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null))
  COMPREPLY=("${lines[@]:1}")
  # Bash 3.2 has no compopt; there a file is offered where nothing else is.
  case ${lines[0]} in
    files*)
      # Without words of ours bash completes files by itself, and better.
      if ((${#COMPREPLY[@]} > 0)); then COMPREPLY+=($(compgen -f -- "$2")); fi
      ;;
    folders*) compopt +o default -o dirnames 2>/dev/null ;;
    *) compopt +o default 2>/dev/null ;;
  esac
  case ${lines[0]} in
    *open) compopt -o nospace 2>/dev/null ;;
  esac
}

complete -o default -F _swarmctl swarmctl
