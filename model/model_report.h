// What `exitbench model` prints of one VM: text or JSON.
#ifndef EXITBENCH_MODEL_MODEL_REPORT_H_
#define EXITBENCH_MODEL_MODEL_REPORT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "model/attribution.h"
#include "model/costs.h"
#include "model/counts.h"
#include "model/what_if.h"
#include "results/text/json_writer.h"

namespace exitbench {

struct ModelReport {
  LiveCounts counts;
  Attribution attribution;
  std::vector<WhatIf> what_ifs;
  std::vector<HaltPollWhatIf> halt_polls;
  std::vector<std::string> what_ifs_missing;  // Sentences.
};

// Of all reports of one call.
struct ModelContext {
  std::string costs_file;
  Host host;  // Of the costs.
  double ticks_per_second = 0;
  std::vector<std::string> warnings;  // How the hosts differ, by --force.
};

// Returns a table of at most `columns`, and what is to be said below it.
std::string ModelToText(const ModelContext& context, const ModelReport& report,
                        size_t columns);

// Writes one object with all reports.
void WriteModel(const ModelContext& context,
                const std::vector<ModelReport>& reports, JsonWriter& json);

}  // namespace exitbench

#endif  // EXITBENCH_MODEL_MODEL_REPORT_H_
