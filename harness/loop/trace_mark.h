// Marks that tell an emulator which records what it executes (hosts/emuhost
// --profile) what to record, and under which name. See hosts/trace_format.h.
// Elsewhere they are instructions without effect.
#ifndef EXITBENCH_HARNESS_LOOP_TRACE_MARK_H_
#define EXITBENCH_HARNESS_LOOP_TRACE_MARK_H_

#include "absl/strings/string_view.h"

namespace exitbench {

// Begins a trace with the name `name`, which is ASCII without zeros. From the
// mark to the end of the name no other function is called.
void BeginTrace(absl::string_view name);

// Ends the trace that was begun.
void EndTrace();

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LOOP_TRACE_MARK_H_
