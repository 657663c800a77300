// EB_RETURN_IF_ERROR and EB_ASSIGN_OR_RETURN return a failed absl::Status to
// the caller.
#ifndef EXITBENCH_BASE_STATUS_MACROS_H_
#define EXITBENCH_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define EB_RETURN_IF_ERROR(expression)                            \
  do {                                                            \
    if (absl::Status eb_status = (expression); !eb_status.ok()) { \
      return eb_status;                                           \
    }                                                             \
  } while (0)

#define EB_CONCAT_INNER(a, b) a##b
#define EB_CONCAT(a, b) EB_CONCAT_INNER(a, b)

// `left` may declare a variable: EB_ASSIGN_OR_RETURN(Vm vm, Vm::Create(kvm));
#define EB_ASSIGN_OR_RETURN(left, expression) \
  EB_ASSIGN_OR_RETURN_INNER(EB_CONCAT(eb_statusor_, __LINE__), left, expression)
#define EB_ASSIGN_OR_RETURN_INNER(variable, left, expression) \
  auto variable = (expression);                               \
  if (!variable.ok()) return std::move(variable).status();    \
  left = *std::move(variable)

#endif  // EXITBENCH_BASE_STATUS_MACROS_H_
