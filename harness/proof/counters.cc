#include "harness/proof/counters.h"

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace exitbench {
namespace {

const CounterDelta* Find(const std::vector<CounterDelta>& deltas,
                         absl::string_view name) {
  for (const CounterDelta& d : deltas) {
    if (d.name == name) return &d;
  }
  return nullptr;
}

void AddDeltas(const KvmStats& stats, const StatsSnapshot& from,
               const StatsSnapshot& to, absl::string_view prefix,
               std::vector<CounterDelta>& deltas) {
  for (size_t i = 0; i < from.size(); ++i) {
    deltas.push_back(
        {absl::StrCat(prefix, stats.names()[i]),
         static_cast<double>(static_cast<int64_t>(to[i] - from[i]))});
  }
}

}  // namespace

bool CounterDeltas::Has(absl::string_view name) const {
  return Find(deltas_, name) != nullptr;
}

double CounterDeltas::Get(absl::string_view name) const {
  const CounterDelta* found = Find(deltas_, name);
  return found == nullptr ? 0 : found->delta;
}

std::vector<CounterDelta> CounterDeltas::Moved() const {
  std::vector<CounterDelta> moved;
  for (const CounterDelta& d : deltas_) {
    if (d.delta != 0) moved.push_back(d);
  }
  return moved;
}

CounterDeltas CounterDeltas::Of(std::vector<CounterDelta> deltas) {
  CounterDeltas result;
  result.available_ = true;
  result.deltas_ = std::move(deltas);
  return result;
}

absl::StatusOr<StatsSnapshot> CounterWatch::ReadVcpus() const {
  StatsSnapshot sum;
  for (int i = 0; i < machine_->vcpus(); ++i) {
    EB_ASSIGN_OR_RETURN(StatsSnapshot one, machine_->vcpu_stats(i)->Read());
    sum.resize(one.size());
    for (size_t j = 0; j < one.size(); ++j) sum[j] += one[j];
  }
  return sum;
}

absl::StatusOr<CounterWatch> CounterWatch::Start(Machine& machine) {
  CounterWatch watch(machine);
  if (machine.vm_stats() == nullptr) return watch;
  EB_ASSIGN_OR_RETURN(watch.vcpus_, watch.ReadVcpus());
  EB_ASSIGN_OR_RETURN(watch.vm_, machine.vm_stats()->Read());
  return watch;
}

absl::StatusOr<CounterDeltas> CounterWatch::Deltas() const {
  CounterDeltas result;
  if (machine_->vm_stats() == nullptr) return result;
  EB_ASSIGN_OR_RETURN(StatsSnapshot vcpus, ReadVcpus());
  EB_ASSIGN_OR_RETURN(StatsSnapshot vm, machine_->vm_stats()->Read());
  AddDeltas(*machine_->vcpu_stats(), vcpus_, vcpus, "", result.deltas_);
  AddDeltas(*machine_->vm_stats(), vm_, vm, "vm.", result.deltas_);
  result.available_ = true;
  return result;
}

}  // namespace exitbench
