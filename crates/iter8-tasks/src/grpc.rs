//! `grpc`: load-test gRPC methods.

mod tls;

use std::path::Path;
use std::sync::Arc;

use iter8_engine::{BoxFuture, Task, TaskEnd, TaskError, Turn};
use iter8_load::{Control, Plan};
use iter8_load_grpc::settings::{
    Data, Description, Files, MetadataSource, Place, Settings, effective, resolve,
};
use iter8_load_grpc::{Destination, GrpcTransport, ask};
use iter8_model::task::InputError;
use iter8_model::task::catalogue::GRPC;
use iter8_tls::Tls;
use serde_json::{Map, Value};
use tokio::io::AsyncReadExt as _;
use tokio::sync::OnceCell;

use crate::download::download;
use crate::inputs::Inputs;
use crate::load::{AnyError, LoadTest, Measured, Messages, Series, Work, fresh_seed};
use crate::surroundings::Surroundings;

/// Most bytes of standard input: as much as a download may have.
const LARGEST_STDIN: u64 = crate::download::LARGEST;

/// Load-tests methods, one after the other.
pub(crate) struct GrpcTask {
    stored: Map<String, Value>,
    tests: Vec<GrpcTest>,
    series: Series,
}

/// The test of one method.
struct GrpcTest {
    settings: Settings,
    tls: Tls,
    surroundings: Surroundings,
    /// Standard input, which can be read only once.
    stdin: Arc<OnceCell<Vec<u8>>>,
}

impl GrpcTask {
    pub(crate) fn new(
        inputs: Inputs,
        surroundings: &Surroundings,
        path: &str,
    ) -> Result<Self, InputError> {
        let Inputs { stored, resolved, .. } = inputs;
        let stdin = Arc::new(OnceCell::new());
        let series = Series::new(&GRPC, &resolved, surroundings, path)?;
        let tests = resolve(&resolved, path)?.into_iter().map(|mut settings| {
            settings.load.plan = series.fit(settings.load.plan.clone(), path)?;
            let path = match &settings.endpoint {
                Some(id) => format!("{path}.endpoints.{id}"),
                None => path.to_owned(),
            };
            let tls = tls::read(settings.target.tls.as_ref(), &path)?;
            let (surroundings, stdin) = (surroundings.clone(), Arc::clone(&stdin));
            let test = GrpcTest { settings, tls, surroundings, stdin };
            test.check(&path)?;
            Ok(test)
        });
        let tests = tests.collect::<Result<_, InputError>>()?;
        Ok(Self { stored, tests, series })
    }
}

impl Task for GrpcTask {
    fn run<'a>(&'a self, mut turn: Turn<'a>) -> BoxFuture<'a, Result<TaskEnd, TaskError>> {
        Box::pin(async move {
            turn.spec().with = effective(&self.stored);
            self.series.run(&self.tests, &mut turn).await
        })
    }
}

impl GrpcTest {
    /// Finds what is wrong with descriptors, data and metadata before anything starts, as far as
    /// they are here already.
    fn check(&self, path: &str) -> Result<(), InputError> {
        let Settings { description, calls, .. } = &self.settings;
        let here = |place: &Place| matches!(place, Place::File(file) if file.exists());
        let is_described = match description {
            Description::Proto { place, .. } => here(place),
            Description::Protoset(file) => file.exists(),
            Description::Health => true,
            Description::Reflection(_) => false,
        };
        if !is_described {
            return Ok(());
        }
        let wrong =
            |error: &dyn std::error::Error| InputError::new(path, iter8_engine::chain(error));
        let descriptors = description.source(None).load().map_err(|error| wrong(&error))?;
        let data = match &calls.data {
            Data::None | Data::Inline(_) => Some(Vec::new()),
            Data::Json(Place::File(file)) | Data::Binary(Place::File(file)) => {
                std::fs::read(file).ok()
            }
            Data::Stdin | Data::Json(Place::Url(_)) | Data::Binary(Place::Url(_)) => None,
        };
        let metadata = match &calls.metadata {
            MetadataSource::Inline(_) => Some(Vec::new()),
            MetadataSource::Json(Place::File(file)) => std::fs::read(file).ok(),
            MetadataSource::Json(Place::Url(_)) => None,
        };
        if let (Some(descriptors), Some(data), Some(metadata)) = (descriptors, data, metadata) {
            let Surroundings { now, zone, .. } = &self.surroundings;
            let files = Files { data, metadata };
            let planned = self.settings.plan(&descriptors, files, now(), zone.clone());
            planned.map_err(|error| wrong(&error))?;
        }
        Ok(())
    }

    /// Reads what calls need.
    async fn files(&self) -> Result<Files, AnyError> {
        let calls = &self.settings.calls;
        let data = match &calls.data {
            Data::None | Data::Inline(_) => Vec::new(),
            Data::Stdin => self.stdin.get_or_try_init(read_stdin).await?.clone(),
            Data::Json(place) | Data::Binary(place) => read(place).await?,
        };
        let metadata = match &calls.metadata {
            MetadataSource::Inline(_) => Vec::new(),
            MetadataSource::Json(place) => read(place).await?,
        };
        Ok(Files { data, metadata })
    }
}

impl LoadTest for GrpcTest {
    fn endpoint(&self) -> Option<&str> {
        self.settings.endpoint.as_deref()
    }

    fn target(&self) -> &str {
        &self.settings.target.host
    }

    fn plan(&self) -> &Plan {
        &self.settings.load.plan
    }

    fn percentiles(&self) -> &[f64] {
        &self.settings.percentiles
    }

    fn prepare(&self) -> BoxFuture<'_, Result<Work, AnyError>> {
        Box::pin(async {
            let files = self.files().await?;
            let text = match &self.settings.description {
                Description::Proto { place: Place::Url(url), .. } => {
                    Some(String::from_utf8(download(url).await?)?)
                }
                _ => None,
            };
            let run = Run {
                settings: self.settings.clone(),
                tls: self.tls.clone(),
                surroundings: self.surroundings.clone(),
                files,
                text,
            };
            let work: Work = Box::new(move |control| run.carry_out(control));
            Ok(work)
        })
    }
}

/// A test that has been read, on a thread of its own.
struct Run {
    settings: Settings,
    tls: Tls,
    surroundings: Surroundings,
    files: Files,
    /// The downloaded description of the service.
    text: Option<String>,
}

impl Run {
    fn carry_out(self, control: &Control) -> Result<Measured, AnyError> {
        let Self { settings, tls, surroundings, files, text } = self;
        let destination = Destination::resolve(&settings.target, &tls)?;
        let described = settings.description.source(text).load()?;
        let descriptors = if let Some(descriptors) = described {
            descriptors
        } else {
            let metadata = match &settings.description {
                Description::Reflection(metadata) => metadata.as_slice(),
                _ => &[],
            };
            ask(&destination, &settings.call.service, metadata, control)?
        };
        let (now, zone) = ((surroundings.now)(), surroundings.zone.clone());
        let calls = settings.plan(&descriptors, files, now, zone)?;
        let is_stream = calls.method().streaming().is_server();
        let transport = GrpcTransport::new(destination, &settings, calls, fresh_seed());
        let measurement = iter8_load::run(&settings.load.plan, &transport, control)?;
        let extras = transport.extras();
        let of_endpoint = settings.endpoint.as_ref().map(|id| format!("-{id}")).unwrap_or_default();
        for (code, words) in &extras.words {
            // Quoted, since they may have line breaks and worse.
            tracing::warn!("grpc{of_endpoint}: the server says with status {code}: {words:?}");
        }
        let messages = Messages { count: extras.received, gaps: extras.gaps };
        Ok(Measured { measurement, messages: is_stream.then_some(messages) })
    }
}

async fn read(place: &Place) -> Result<Vec<u8>, AnyError> {
    match place {
        Place::Url(url) => Ok(download(url).await?),
        Place::File(file) => Ok(read_file(file).await?),
    }
}

async fn read_file(file: &Path) -> Result<Vec<u8>, TaskError> {
    let read = tokio::fs::read(file).await;
    read.map_err(|error| TaskError::caused_by(format!("failed to read {}", file.display()), error))
}

async fn read_stdin() -> Result<Vec<u8>, TaskError> {
    let mut bytes = Vec::new();
    let read = tokio::io::stdin().take(LARGEST_STDIN).read_to_end(&mut bytes).await;
    read.map_err(|error| TaskError::caused_by("failed to read standard input", error))?;
    Ok(bytes)
}
