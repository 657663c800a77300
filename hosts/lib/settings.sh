# Whether a kernel took the settings that emuhost asks of it. Sourced by init, in the
# emulated host, and by a test.
# shellcheck shell=dash
#
# The shell that sources it has in $host_module the KVM module of this host's
# processor. The check_ functions print what is wrong, without a newline or a prefix,
# and fail; what they print when they succeed is a note.

sys_module=/sys/module
: "${host_module:=}"
# Modules that are not built in: FOLDER/kvm-amd.ko.
module_files=/modules

# kernel_log: the kernel's messages without what stands before them.
kernel_log() {
  dmesg | sed -e 's/^\[ *[0-9.]*\]//' -e 's/^\[ *[CT][0-9]*\]//' -e 's/^ *//'
}

# asked_parameters: of the words on standard input those that set a parameter of a KVM
# module, as lines "MODULE NAME VALUE", the last of each parameter. The kernel takes a
# dash for an underscore, and a parameter without a value for a switch.
asked_parameters() {
  awk '
    {
      for (i = 1; i <= NF; ++i) {
        if ($i !~ /^kvm[A-Za-z0-9_-]*[.][A-Za-z0-9_-]+(=|$)/) continue
        end = index($i, "=")
        name = end ? substr($i, 1, end - 1) : $i
        gsub(/-/, "_", name)
        sub(/[.]/, " ", name)
        if (!(name in value)) order[++count] = name
        value[name] = end ? substr($i, end + 1) : "1"
      }
    }
    END { for (i = 1; i <= count; ++i) print order[i], value[order[i]] }'
}

# decimal TEXT: TEXT in decimal; fails if it is no number of the kernel's, which has
# hexadecimal and octal ones too.
decimal() {
  local digits=${1#[-+]} sign=
  case $digits in
    0[xX]?*) case ${digits#??} in *[!0-9a-fA-F]*) return 1 ;; esac ;;
    '' | *[!0-9]*) return 1 ;;
  esac
  case $1 in -*) sign=- ;; esac
  digits=$(printf %u "$digits" 2>/dev/null) || return
  printf '%s%s' "$sign" "$digits"
}

# meaning VALUE: VALUE in the one form that all have which mean the same.
meaning() {
  case $1 in
    y | Y | yes | Yes | YES | t | T | true | on | On | ON | force) printf 1 ;;
    n | N | no | No | NO | f | F | false | off | Off | OFF) printf 0 ;;
    *) decimal "$1" || printf %s "$1" ;;
  esac
}

# same_value ASKED TOOK: whether a parameter that was set to ASKED and reads as TOOK is
# as it was asked for. "auto" leaves it to the module.
same_value() {
  [ "$1" = auto ] || [ "$(meaning "$1")" = "$(meaning "$2")" ]
}

# parameters_there: those that this host's KVM modules have, as lines "MODULE NAME".
parameters_there() {
  local file module
  for file in "$sys_module"/kvm*/parameters/*; do
    [ -e "$file" ] || continue
    module=${file%/parameters/*}
    module=${module##*/}
    other_vendors "$module" || printf '%s %s\n' "$module" "${file##*/}"
  done
}

# other_vendors MODULE: whether MODULE is KVM for another processor than this host's.
# Built in, it has its parameters all the same.
other_vendors() {
  case $1 in
    "$host_module") return 1 ;;
    kvm_amd | kvm_intel) return 0 ;;
  esac
  return 1
}

# near_parameter MODULE NAME: of lines "MODULE NAME" on standard input, the one that
# was most likely meant, if any: that name in another module, a name at most two
# letters away, or one of which NAME is the beginning.
near_parameter() {
  awk -v module="$1" -v wanted="$2" '
    function least(a, b) { return a < b ? a : b }
    function distance(a, b,   i, j, above, row) {
      for (j = 0; j <= length(b); ++j) above[j] = j
      for (i = 1; i <= length(a); ++i) {
        row[0] = i
        for (j = 1; j <= length(b); ++j) {
          row[j] = least(least(above[j], row[j - 1]) + 1,
                         above[j - 1] + (substr(a, i, 1) != substr(b, j, 1)))
        }
        for (j = 0; j <= length(b); ++j) above[j] = row[j]
      }
      return above[length(b)]
    }
    # Short names are all near each other.
    function rank(name,   far) {
      far = distance(name, wanted)
      if (far <= 2 && 2 * far < length(wanted)) return far
      if (index(name, wanted "_") == 1) return 3 + length(name) / 100
      return 9
    }
    {
      now = rank($2) + ($1 != module) / 2
      if (now < 9 && (best == "" || now < best)) { best = now; line = $0 }
    }
    END { if (best != "") print line }'
}

# suggestion MODULE NAME VALUE: what may have been meant, to be put behind the rest.
suggestion() {
  local near
  near=$(parameters_there | near_parameter "$1" "$2")
  [ "$near" ] || return 0
  printf '; %s has %s; did you mean --kvm_param=%s.%s=%s?' \
    "${near% *}" "${near#* }" "${near% *}" "${near#* }" "$3"
}

# refusal MODULE NAME VALUE: the kernel's message that VALUE won't do. It names the
# parameter with its module where that is built in.
refusal() {
  kernel_log | grep -F -e "$1: \`$3' " -e "Booting kernel: \`$3' " |
    grep -F -e "parameter \`$2'" -e "parameter \`$1.$2'" | tail -n 1
}

# check_parameter MODULE NAME VALUE: whether the kernel took that parameter. One that
# is missing with all of KVM is not wrong: then there is nothing to measure.
check_parameter() {
  local asked=$1.$2=$3 folder=$sys_module/$1 file=$sys_module/$1/parameters/$2
  local said took
  said=$(refusal "$1" "$2" "$3")
  [ ! "$said" ] || {
    printf '%s: refused; the kernel said: %s' "$asked" "$said"
    return 1
  }
  said=$(kernel_log | grep -F "$1: unknown parameter '$2' ignored" | tail -n 1)
  if other_vendors "$1"; then
    printf '%s: this host runs %s, not %s%s' "$asked" "$host_module" "$1" \
      "$(suggestion "$@")"
    return 1
  elif [ "$said" ]; then
    printf '%s: %s has no parameter %s; the kernel said: %s%s' "$asked" "$1" "$2" \
      "$said" "$(suggestion "$@")"
    return 1
  elif [ ! -d "$folder" ]; then
    case $1 in
      kvm_arm) ;;
      kvm | "$host_module") return 0 ;;
    esac
    # What is kvm-arm's is read before there are modules, and shown nowhere.
    [ "$1:$host_module" != kvm_arm:kvm_arm ] || {
      printf '%s: the kernel does not show this parameter; whether it took' "$asked"
      printf ' the value is not known'
      return 0
    }
    printf '%s: this host has no module %s%s' "$asked" "$1" "$(suggestion "$@")"
    return 1
  elif [ ! -e "$file" ]; then
    # A module that is loaded complains of a parameter that it does not have.
    [ ! -e "$module_files/$(echo "$1" | tr _ -).ko" ] || {
      printf '%s: the kernel does not show this parameter; whether it took' "$asked"
      printf ' the value is not known'
      return 0
    }
    printf '%s: %s has no parameter %s%s' "$asked" "$1" "$2" "$(suggestion "$@")"
    return 1
  fi
  took=$(cat "$file" 2>/dev/null) || {
    printf '%s: the kernel does not let this parameter be read; whether it took' \
      "$asked"
    printf ' the value is not known'
    return 0
  }
  same_value "$3" "$took" && return
  case $took in
    # How kvm_intel.vmentry_l1d_flush reads where nothing is to be flushed.
    '???' | 'not required' | 'EPT disabled')
      printf '%s: has no use on this host: it reads as %s' "$asked" "$took"
      return 0
      ;;
  esac
  printf '%s: did not take: the kernel has %s.%s=%s' "$asked" "$1" "$2" "$took"
  return 1
}

# check_kvm_mode MODE: whether KVM for arm64 came up in MODE: vhe, nvhe, pkvm or
# nested. Of a KVM that did not come up there is nothing to measure.
check_kvm_mode() {
  local said
  said=$(kernel_log |
    sed -n 's/^kvm \[[0-9]*\]: \(.*\) initialized successfully$/\1/p' | tail -n 1)
  case $1:$said in
    *: | vhe:'VHE mode' | nvhe:'Hyp '* | pkvm:'Protected '* | nested:*VHE+NV*) return 0 ;;
  esac
  printf "KVM's mode %s: did not take; the kernel said: %s initialized successfully" \
    "$1" "$said"
  return 1
}

# check_mitigations SETTING: whether a kernel with the command line on standard input
# has the mitigations SETTING, auto or off. The last word counts.
check_mitigations() {
  local took
  took=$(tr -s '[:space:]' '\n' | sed -n 's/^mitigations=//p' | tail -n 1)
  case $1:$took in
    off:off | auto: | auto:auto*) return 0 ;;
  esac
  printf "mitigations=%s: did not take: the kernel's command line has %s" "$1" \
    "${took:+mitigations=}${took:-none}"
  return 1
}

# check_write FILE:TEXT: writes TEXT to FILE, a setting of the kernel.
check_write() {
  local file=${1%%:*} said
  [ -f "$file" ] || {
    printf 'emuhost.write=%s: this kernel has no %s' "$1" "$file"
    return 1
  }
  # By cat: busybox's printf fails without a word.
  said=$({ printf '%s\n' "${1#*:}" | cat >"$file"; } 2>&1) && return
  printf 'emuhost.write=%s: refused; the kernel said: %s' "$1" "${said##*: }"
  return 1
}

# unknown_words: of the words on standard input those that the kernel said it does not
# know, each on a line. It says so since Linux 5.14.
unknown_words() {
  local unknown word
  unknown=$(kernel_log |
    sed -n 's/^Unknown kernel command line parameters "\(.*\)", will be.*/\1/p')
  tr -s '[:space:]' '\n' | while read -r word || [ "$word" ]; do
    [ "$word" ] || continue
    case " $unknown " in *" $word "*) printf '%s\n' "$word" ;; esac
  done
}
