#include "cli/completion.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cases/catalogue/catalogue.h"
#include "cli/common_flags.h"
#include "cli/exit_codes.h"

namespace exitbench {
namespace {

// Bash splits words at '=' and replaces only what is behind it.
constexpr absl::string_view kBash = R"sh(# exitbench completion bash
_exitbench() {
  local IFS=$'\n' i word cut='' out
  local -a given=()
  COMPREPLY=()
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if ((${#given[@]} > 0)) &&
      [[ ${given[-1]} == -*= || (${given[-1]} == -* && $word == =*) ]]; then
      given[-1]+=$word
    else
      given+=("$word")
    fi
  done
  word=${given[-1]}
  if [[ $word == -*=* && $COMP_WORDBREAKS == *=* ]]; then cut=${word%%=*}=; fi
  out=$("${COMP_WORDS[0]/#\~/$HOME}" complete -- "${given[@]}" 2>/dev/null)
  case $out in
    :FILE*)
      if [[ $word == -*=* ]]; then i=${word%%=*}=; else i=; fi
      word=${word#"$i"}
      # Sides of diff may be joined by commas.
      if [[ $word == *,* ]]; then
        i+=${word%,*},
        word=${word##*,}
      fi
      i=${i#"$cut"}
      mapfile -t COMPREPLY < <(compgen -P "$i" -f -X '!*.pb' -- "$word"
        compgen -P "$i" -d -- "$word")
      compopt -o filenames 2>/dev/null
      ;;
    :PATH*)
      if [[ $word == -*=* ]]; then i=${word%%=*}=; else i=; fi
      mapfile -t COMPREPLY < <(compgen -P "${i#"$cut"}" -f -- "${word#"$i"}")
      compopt -o filenames 2>/dev/null
      ;;
    *)
      for word in $out; do
        word=${word%%$'\t'*}
        COMPREPLY+=("${word#"$cut"}")
      done
      if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]]; then
        compopt -o nospace 2>/dev/null
      fi
      ;;
  esac
  return 0
}
complete -F _exitbench exitbench
)sh";

constexpr absl::string_view kZsh = R"sh(#compdef exitbench
# exitbench completion zsh
_exitbench() {
  local line word
  local -a given lines full full_help open open_help
  given=("${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}")
  lines=("${(@f)$(${(Q)~words[1]} complete -- "${(@)given}" 2>/dev/null)}")
  case $lines[1] in
    :FILE*)
      compset -P '*[=,]'
      _files -g '*.pb'
      ;;
    :PATH*)
      compset -P '*='
      _files
      ;;
    *)
      for line in $lines; do
        word=${line%%$'\t'*}
        line=${line#*$'\t'}
        if [[ $word == *= ]]; then
          open+=("$word")
          open_help+=("$word  $line")
        else
          full+=("$word")
          full_help+=("$word  $line")
        fi
      done
      compadd -l -S '' -d open_help -a -- open
      compadd -l -d full_help -a -- full
      ;;
  esac
}
if [[ $funcstack[1] == _exitbench ]]; then
  _exitbench "$@"
else
  compdef _exitbench exitbench
fi
)sh";

constexpr absl::string_view kFish = R"sh(# exitbench completion fish
function __exitbench_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l lines ($words[1] complete -- $words[2..-1] 2>/dev/null)
  set -l path (string replace -r '^--[^=]*=' '' -- $words[-1])
  set -l flag (string replace -r '^(--[^=]*=)?.*' '$1' -- $words[-1])
  switch "$lines[1]"
    case ':FILE*'
      for found in (__fish_complete_path $path)
        string match -qr '(\.pb|/)(\t|$)' -- $found; and echo $flag$found
      end
    case ':PATH*'
      for found in (__fish_complete_path $path)
        echo $flag$found
      end
    case '*'
      printf '%s\n' $lines
  end
end
complete -c exitbench -f -a '(__exitbench_complete)'
)sh";

// Appends what may stand for a value like `value`, each behind `before`.
void AddValues(absl::Span<const Command> commands,
               absl::Span<const Candidate> cases, absl::string_view value,
               absl::string_view typed, absl::string_view before,
               std::vector<Candidate>& found) {
  if (absl::StrContains(value, "FILE") || absl::StrContains(value, "OLD")) {
    found.push_back({":FILE", ""});
  } else if (value == "PATH") {
    found.push_back({":PATH", ""});
  } else if (value == "REGEX" || value == "CASE") {
    size_t done = 0;  // What precedes the last expression.
    if (value == "REGEX") {
      done = typed.rfind(',') == absl::string_view::npos ? 0
                                                         : typed.rfind(',') + 1;
      if (absl::StartsWith(typed.substr(done), "-")) ++done;
    }
    for (const Candidate& c : cases) {
      found.push_back(
          {absl::StrCat(before, typed.substr(0, done), c.word), c.help});
    }
  } else if (value == "[COMMAND]") {
    for (const Command& c : commands) {
      if (c.internal) continue;
      found.push_back({std::string(c.name), std::string(c.summary)});
    }
  } else if (absl::StrContains(value, '|')) {
    for (absl::string_view word : absl::StrSplit(value, '|')) {
      if (absl::ascii_isupper(static_cast<unsigned char>(word[0]))) continue;
      found.push_back({absl::StrCat(before, word), ""});
    }
  }
}

void AddFlags(const Command& command, std::vector<Candidate>& found) {
  for (const Flag& flag : FlagsOf(command)) {
    found.push_back({absl::StrCat(flag.default_value == "true" ? "--no" : "--",
                                  flag.name, flag.value.empty() ? "" : "="),
                     HelpOf(flag)});
  }
  found.push_back({"--help", ""});
}

}  // namespace

std::vector<Candidate> Complete(absl::Span<const Command> commands,
                                absl::Span<const Candidate> cases,
                                absl::Span<const std::string> words) {
  std::vector<Candidate> found;
  if (words.empty()) return found;
  const absl::string_view typed = words.back();
  const bool is_flag = absl::StartsWith(typed, "-");
  const bool has_command = words.size() > 1 && words[0][0] != '-';
  const Command* const command =
      FindCommand(commands, has_command ? words[0] : "run");
  if (command == nullptr) return found;
  const size_t equals = typed.find('=');
  if (is_flag && equals != absl::string_view::npos) {
    for (const Flag& flag : FlagsOf(*command)) {
      if (typed.substr(0, equals) != absl::StrCat("--", flag.name)) continue;
      AddValues(commands, cases, flag.value, typed.substr(equals + 1),
                typed.substr(0, equals + 1), found);
    }
  } else if (is_flag) {
    AddFlags(*command, found);
  } else {
    AddValues(commands, cases,
              words.size() == 1 ? "[COMMAND]" : command->arguments, typed, "",
              found);
  }
  found.erase(std::remove_if(found.begin(), found.end(),
                             [typed](const Candidate& c) {
                               return c.word[0] != ':' &&
                                      !absl::StartsWith(c.word, typed);
                             }),
              found.end());
  return found;
}

int CompletionCommand(const std::vector<std::string>& arguments) {
  const std::string shell = arguments.size() == 1 ? arguments[0] : "";
  if (shell == "bash") return PrintResult(kBash, kExitOk);
  if (shell == "zsh") return PrintResult(kZsh, kExitOk);
  if (shell == "fish") return PrintResult(kFish, kExitOk);
  return Fail(absl::InvalidArgumentError(
                  "completion wants a shell: exitbench completion "
                  "bash|zsh|fish"),
              kExitUsage);
}

int CompleteCommand(absl::Span<const Command> commands,
                    const std::vector<std::string>& words) {
  std::vector<Candidate> cases;
  for (const CaseInstance& c : AllCases()) {
    cases.push_back({c.name, std::string(c.row->measures)});
  }
  std::string text;
  for (const Candidate& c : Complete(commands, cases, words)) {
    absl::StrAppend(&text, c.word, "\t", c.help, "\n");
  }
  return PrintResult(text, kExitOk);
}

}  // namespace exitbench
