//! Notifications, made and sent to services that take nothing but what they document.

mod cuts;
mod delivery;
mod hostile;
mod inputs;
mod presets;
mod report;
mod secrets;
mod stage;
mod templates;

use stage::{EXPERIMENTS, Stage, experiment, facts, surroundings};
