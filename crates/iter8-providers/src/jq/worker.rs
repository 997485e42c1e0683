//! The thread that evaluates filters.
//!
//! It is one for the whole process, and does one evaluation after the other: what an evaluation may
//! take is then taken once, also of the memory that the allocator keeps for a thread. It waits for
//! work as long as the process lives.

use std::io;
use std::sync::OnceLock;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use tokio::sync::oneshot;

use super::{Evaluation, Failure, Filter, evaluate, meter};

/// An evaluation to be done.
struct Job {
    filter: Filter,
    answer: Vec<u8>,
    now: f64,
    reply: oneshot::Sender<Evaluation>,
}

static JOBS: OnceLock<Option<Sender<Job>>> = OnceLock::new();

/// Applies a filter to an answer when its turn comes.
///
/// Cancel-safe: an evaluation that nobody waits for is not begun; one that has begun ends by itself.
pub(crate) async fn evaluated(filter: Filter, answer: Vec<u8>, now: f64) -> Evaluation {
    let (reply, evaluation) = oneshot::channel();
    let job = Job { filter, answer, now, reply };
    let jobs = JOBS.get_or_init(|| start().ok());
    if let Some(jobs) = jobs
        && jobs.send(job).is_ok()
        && let Ok(evaluation) = evaluation.await
    {
        return evaluation;
    }
    let problem = "there is no thread to evaluate filters".to_owned();
    Evaluation { outcome: Err(Failure::Fails(problem)), series: None }
}

fn start() -> io::Result<Sender<Job>> {
    let (jobs, queue) = mpsc::channel();
    let builder = thread::Builder::new().name("jq".to_owned()).stack_size(meter::STACK);
    builder.spawn(move || work(&queue))?;
    Ok(jobs)
}

/// Ends when nobody can send jobs any more.
fn work(queue: &Receiver<Job>) {
    for Job { filter, answer, now, reply } in queue {
        if !reply.is_closed() {
            let evaluation = evaluate(&filter.0, &answer, now, meter::MOST_STEPS);
            // Whoever asked may have left meanwhile.
            let _ = reply.send(evaluation);
        }
    }
}
