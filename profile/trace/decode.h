// Makes a profile of a trace.
#ifndef EXITBENCH_PROFILE_TRACE_DECODE_H_
#define EXITBENCH_PROFILE_TRACE_DECODE_H_

#include "absl/status/statusor.h"
#include "profile/model/profile.h"
#include "profile/symbols/inlines.h"
#include "profile/symbols/symbols.h"
#include "profile/walk/walker.h"
#include "profile/words/reader.h"
#include "results/model/model.h"

namespace exitbench {

struct Decoded {
  Profile profile;
  Walker::Statistics statistics;
};

// Decodes all batches of `trace`, at which Begin() has not been called. A case
// with several batches has the profile of the first that is not refused.
// `results` are those of the run that was traced. Memory is bounded by the
// longest batch, not by the trace. Errors are those of the reader;
// kInvalidArgument also if a tick of `results` is not an instruction, if the
// symbols are of another kernel, or if the trace has kernel addresses that
// `inlines` does not have. With null as `inlines` no function is split.
absl::StatusOr<Decoded> DecodeTrace(TraceReader& trace,
                                    const SymbolTable& symbols,
                                    const Results& results,
                                    const InlineMap* inlines = nullptr);

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_TRACE_DECODE_H_
