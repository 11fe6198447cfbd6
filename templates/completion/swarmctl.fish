# Completion of swarmctl for fish. For this shell:
#   swarmctl completion fish | source
# For every new one:
#   swarmctl completion fish > ~/.config/fish/completions/swarmctl.fish

function __swarmctl_complete
    set -l typed (commandline --current-token --cut-at-cursor)
    set -l words (commandline --tokenize --current-process --cut-at-cursor)
    set -l lines (swarmctl __complete fish $words "$typed" 2>/dev/null)
    set -l how $lines[1]
    set -e lines[1]
    printf '%s\n' $lines
    # What stands before the = of --file= is not part of the file's name.
    set -l start (string match --regex '^--[^=]*=' -- "$typed")
    set -l file (string replace -- "$start" '' "$typed")
    switch "$how"
        case 'files*'
            __fish_complete_path "$file" | string replace --regex '^' -- "$start"
        case 'folders*'
            __fish_complete_directories "$file" | string replace --regex '^' -- "$start"
    end
end

complete --command swarmctl --no-files --arguments '(__swarmctl_complete)'
