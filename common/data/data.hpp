// Everything about data, for programs that use several of its parts.
#pragma once

#include "common/data/csv.hpp"
#include "common/data/datasets.hpp"
#include "common/data/find.hpp"
#include "common/data/idx.hpp"
#include "common/data/one_hot.hpp"
#include "common/data/splits.hpp"
#include "common/data/standardizer.hpp"
#include "common/data/toy.hpp"
