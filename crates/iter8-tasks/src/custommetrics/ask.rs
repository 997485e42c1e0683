//! Asking stores, several queries at a time.

use std::sync::Arc;

use iter8_engine::CancellationToken;
use iter8_fetch::{Auth, Client, Limits};
use iter8_providers::{Answer, ProviderSpec};
use tokio::task::JoinSet;

/// One query: a metric of one version from one store.
#[derive(Clone)]
pub(super) struct Query {
    /// Place of the store among those of the task.
    pub(super) provider: usize,
    /// The version, from 0.
    pub(super) version: usize,
    /// Place of the metric in `spec`.
    pub(super) metric: usize,
    /// What the template makes of the variables of the version.
    pub(super) spec: Arc<ProviderSpec>,
    pub(super) client: Arc<Client>,
    pub(super) auth: Arc<Auth>,
    pub(super) limits: Arc<Limits>,
}

impl Query {
    async fn ask(&self) -> Answer {
        let metric = &self.spec.metrics[self.metric];
        iter8_providers::query(&self.client, &self.spec, metric, &self.auth, &self.limits).await
    }
}

/// Asks all queries, so many at a time, and returns the answers in the order of the queries: `None`
/// for those that a stop came before.
///
/// Cancel-safe: queries under way are dropped.
pub(super) async fn ask_all(
    queries: &[Query],
    concurrency: usize,
    stop: &CancellationToken,
) -> Vec<Option<Answer>> {
    let mut answers: Vec<Option<Answer>> = queries.iter().map(|_| None).collect();
    let mut left = queries.iter().cloned().enumerate();
    // Each is awaited below, or dropped with the set.
    let mut asked = JoinSet::new();
    loop {
        while asked.len() < concurrency
            && let Some((index, query)) = left.next()
        {
            asked.spawn(async move { (index, query.ask().await) });
        }
        // Ends when every query has been answered, or at a stop.
        let answered = tokio::select! {
            biased;
            () = stop.cancelled() => return answers,
            answered = asked.join_next() => answered,
        };
        match answered {
            None => return answers,
            Some(Ok((index, answer))) => answers[index] = Some(answer),
            Some(Err(error)) => {
                if let Ok(panic) = error.try_into_panic() {
                    std::panic::resume_unwind(panic);
                }
            }
        }
    }
}
