//! The names of a condition: what of an experiment it can see.

use super::types::Type;

/// An object with fields of its own types.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) name: &'static str,
    pub(super) fields: &'static [Field],
    pub(super) methods: &'static [Method],
}

/// The name of a field and its type, which a `static` cannot hold itself.
pub(super) type Field = (&'static str, fn() -> Type);

/// Names that stand by themselves, without parentheses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Root {
    Result,
    Spec,
}

/// Questions to the experiment that have no arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flag {
    Slos,
    Completed,
    NoFailure,
}

/// Built-in functions of one argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Builtin {
    Len,
    Abs,
    Int,
    Float,
}

/// Methods of objects and of times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    ScalarMetricValue,
    TrackVersionStr,
    GetMetricsInfo,
    Time(TimePart),
}

/// What a time can tell of itself, in its own offset from UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TimePart {
    Year,
    /// 1 is January.
    Month,
    Day,
    Hour,
    Minute,
    Second,
    /// Seconds since 1970 in UTC.
    Unix,
    /// 0 is Sunday.
    Weekday,
}

pub(super) static RESULT: Object = Object {
    name: "Result",
    fields: &[
        ("Revision", || Type::Int),
        ("StartTime", || Type::Time),
        ("NumLoops", || Type::Int),
        ("NumCompletedTasks", || Type::Int),
        ("Failure", || Type::Bool),
        ("Insights", || Type::Object(&INSIGHTS)),
        ("Iter8Version", || Type::Str),
    ],
    methods: &[],
};

static INSIGHTS: Object = Object {
    name: "Insights",
    fields: &[
        ("NumVersions", || Type::Int),
        ("VersionNames", || Type::array(Type::Object(&VERSION_INFO))),
        ("MetricsInfo", || Type::map(Type::Object(&METRIC_META))),
        ("NonHistMetricValues", || per_version(Type::array(Type::Float))),
        ("HistMetricValues", || per_version(Type::array(Type::Object(&HIST_BUCKET)))),
        ("SummaryMetricValues", || per_version(Type::array(Type::Float))),
        ("SLOs", || Type::Object(&SLO_LIMITS)),
        ("SLOsSatisfied", || Type::Object(&SLO_RESULTS)),
    ],
    methods: &[Method::ScalarMetricValue, Method::TrackVersionStr, Method::GetMetricsInfo],
};

static VERSION_INFO: Object = Object {
    name: "VersionInfo",
    fields: &[("Version", || Type::Str), ("Track", || Type::Str)],
    methods: &[],
};

static METRIC_META: Object = Object {
    name: "MetricMeta",
    fields: &[("Description", || Type::Str), ("Units", || Type::Str), ("Type", || Type::Str)],
    methods: &[],
};

static HIST_BUCKET: Object = Object {
    name: "HistBucket",
    fields: &[("Lower", || Type::Float), ("Upper", || Type::Float), ("Count", || Type::Int)],
    methods: &[],
};

static SLO_LIMITS: Object = Object {
    name: "SLOLimits",
    fields: &[
        ("Upper", || Type::array(Type::Object(&SLO))),
        ("Lower", || Type::array(Type::Object(&SLO))),
    ],
    methods: &[],
};

static SLO: Object = Object {
    name: "SLO",
    fields: &[("Metric", || Type::Str), ("Limit", || Type::Float)],
    methods: &[],
};

static SLO_RESULTS: Object = Object {
    name: "SLOResults",
    fields: &[
        ("Upper", || Type::array(Type::array(Type::Bool))),
        ("Lower", || Type::array(Type::array(Type::Bool))),
    ],
    methods: &[],
};

fn per_version(value: Type) -> Type {
    Type::array(Type::map(value))
}

impl Object {
    pub(super) fn field(&self, name: &str) -> Option<Type> {
        self.fields.iter().find(|(field, _)| *field == name).map(|(_, of)| of())
    }

    pub(super) fn method(&self, name: &str) -> Option<Method> {
        self.methods.iter().copied().find(|method| method.name() == name)
    }
}

impl Root {
    pub(super) const ALL: [Self; 2] = [Self::Result, Self::Spec];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Result => "Result",
            Self::Spec => "Spec",
        }
    }

    pub(super) fn of(self) -> Type {
        match self {
            Self::Result => Type::Object(&RESULT),
            Self::Spec => Type::array(Type::Any),
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|root| root.name() == name)
    }
}

impl Flag {
    pub(super) const ALL: [Self; 3] = [Self::Slos, Self::Completed, Self::NoFailure];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Slos => "SLOs",
            Self::Completed => "Completed",
            Self::NoFailure => "NoFailure",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|flag| flag.name() == name)
    }
}

impl Builtin {
    pub(super) const ALL: [Self; 4] = [Self::Len, Self::Abs, Self::Int, Self::Float];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Len => "len",
            Self::Abs => "abs",
            Self::Int => "int",
            Self::Float => "float",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|builtin| builtin.name() == name)
    }

    /// The type of the function's value for an argument of this type, if it takes such.
    pub(super) fn of(self, argument: &Type) -> Option<Type> {
        let number = argument.may_be_number();
        match (self, argument) {
            (Self::Len, Type::Any | Type::Array(_) | Type::Map(_) | Type::Str) => Some(Type::Int),
            (Self::Abs, _) if number => Some(argument.clone()),
            (Self::Int, _) if number || matches!(argument, Type::Str) => Some(Type::Int),
            (Self::Float, _) if number || matches!(argument, Type::Str) => Some(Type::Float),
            _ => None,
        }
    }
}

impl Method {
    /// The methods of a time.
    pub(super) const TIME: [Self; 8] = [
        Self::Time(TimePart::Year),
        Self::Time(TimePart::Month),
        Self::Time(TimePart::Day),
        Self::Time(TimePart::Hour),
        Self::Time(TimePart::Minute),
        Self::Time(TimePart::Second),
        Self::Time(TimePart::Unix),
        Self::Time(TimePart::Weekday),
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::ScalarMetricValue => "ScalarMetricValue",
            Self::TrackVersionStr => "TrackVersionStr",
            Self::GetMetricsInfo => "GetMetricsInfo",
            Self::Time(TimePart::Year) => "Year",
            Self::Time(TimePart::Month) => "Month",
            Self::Time(TimePart::Day) => "Day",
            Self::Time(TimePart::Hour) => "Hour",
            Self::Time(TimePart::Minute) => "Minute",
            Self::Time(TimePart::Second) => "Second",
            Self::Time(TimePart::Unix) => "Unix",
            Self::Time(TimePart::Weekday) => "Weekday",
        }
    }

    /// Types of the arguments.
    pub(super) fn takes(self) -> &'static [Type] {
        match self {
            Self::ScalarMetricValue => &[Type::Int, Type::Str],
            Self::TrackVersionStr => &[Type::Int],
            Self::GetMetricsInfo => &[Type::Str],
            Self::Time(_) => &[],
        }
    }

    /// Type of the value.
    pub(super) fn gives(self) -> Type {
        match self {
            // Differs from Iter8 0.13: a number or nil, where it was a pointer that nothing could
            // be compared with.
            Self::ScalarMetricValue => Type::Float,
            Self::TrackVersionStr => Type::Str,
            Self::GetMetricsInfo => Type::Object(&METRIC_META),
            Self::Time(_) => Type::Int,
        }
    }
}
