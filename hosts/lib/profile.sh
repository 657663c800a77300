# Exact traces of a host, and profiles made of them.
# shellcheck shell=bash
#
# After the user's run the host makes the same run once more, short and marked, and
# the emulator writes what is executed between the marks. So the user's results do
# not depend on whether there is a profile.

# shellcheck disable=SC2034
readonly TRACE_PACKAGES=(gcc libc6-dev binutils)

# The results of the marked run, within the host.
readonly GUEST_TRACED=/emuhost-traced.pb

# Events of a case in a trace, at most. A profile is what most of them have in common.
# Under Bochs each instruction is a line of text, so there are fewer.
readonly TRACED_EVENTS=20 BOCHS_TRACED_EVENTS=10

# marked_arguments ARGUMENT...: sets marked to the arguments of the marked run of
# `run ARGUMENT...`: one round of few events, and its own results file.
marked_arguments() {
  local argument previous='' events=$TRACED_EVENTS
  [[ $emulator != bochs ]] || events=$BOCHS_TRACED_EVENTS
  marked=()
  for argument in "$@"; do
    if [[ $previous ]]; then
      previous=
      continue
    fi
    case $argument in
      --sessions | --rounds | --events | --exits | --reruns | --budget | --progress)
        previous=$argument
        continue
        ;;
      --sessions=* | --rounds=* | --events=* | --exits=* | --reruns=* | --budget=* | \
        --progress=* | --append | --append=* | --quick | --quick=* | --linearity | \
        --linearity=* | --native | --native=*)
        continue
        ;;
    esac
    marked+=("$argument")
  done
  marked+=(--sessions=1 --rounds=1 --reruns=0 --progress=never --trace_marks
    "--events=$events" "--out=$GUEST_TRACED")
}

# trace_program SOURCE OUT OPTION...: compiles a program of hosts.
trace_program() {
  local source=$1 out=$2
  shift 2
  cc -O2 -I"$hosts/.." "$@" -o "$out" "$source" ||
    die "$EXIT_MACHINE" "cannot compile $source"
}

# mitigated FILE SETTING: FILE's name, as the results' of a boot with SETTING where
# there are two. diff looks for x.mitigations-off.profile.pb beside
# x.mitigations-off.pb.
mitigated() {
  [[ $mitigations == both && $2 == off ]] || { printf '%s\n' "$1" && return; }
  local end=.pb
  [[ $1 != *.profile.pb ]] || end=.profile.pb
  printf '%s.mitigations-off%s\n' "${1%"$end"}" "$end"
}

# keep DIR SETTING: copies the trace in DIR, the symbols, the results of the marked
# run, and the map of inlined functions if there is one, to $keep_trace.
keep() {
  local to=$keep_trace
  [[ $mitigations == both && $2 == off ]] && to+=/mitigations-off
  { mkdir -p "$to" && cp "$1/trace" "$to/trace" &&
    cp "$1/symbols" "$to/kallsyms.gz" && cp "$1/traced" "$to/traced.pb" &&
    { [[ ! $debug ]] || gzip -1 <"$1/inlines" >"$to/inlines.gz"; }; } ||
    die "$EXIT_MACHINE" "cannot write to $to"
}

# finish_profile DIR SETTING OUT: makes the profile of a boot that left its files in
# DIR and its results in OUT.
finish_profile() {
  local dir=$1 setting=$2 out=$3 file inlines=()
  ((exit_code < 2)) || return 0
  # Without this it would wait for ever for a Bochs that never opened its log.
  [[ ! $tracer_pid ]] || : <>"$dir/debug.log"
  [[ ! $tracer_pid ]] || wait "$tracer_pid" || die "$EXIT_MACHINE" \
    "the trace is not whole: $(cat "$dir/bochs_trace.log")"
  tracer_pid=
  [[ -s $dir/trace && -f $dir/traced ]] || die "$EXIT_RESULTS" \
    "there is no trace: the marked run wrote no results"
  [[ -f $dir/symbols ]] || module_symbols "$dir"
  gzip -dc "$dir/symbols" >"$dir/kallsyms" || die "$EXIT_RESULTS" \
    "the symbols that the host sent are damaged"
  [[ ! $debug ]] || {
    map_inlines "$dir"
    inlines=("--inlines=$dir/inlines")
  }
  [[ ! $keep_trace ]] || keep "$dir" "$setting"
  [[ $profile ]] || return 0
  file=$(mitigated "$profile" "$setting")
  "$(absolute "$decoder")" decode "$dir/trace" --symbols="$dir/kallsyms" --results="$out" \
    ${inlines[@]+"${inlines[@]}"} --out="$file" ||
    die "$EXIT_RESULTS" "cannot make the profile $file"
}
