//! Notes what is done, and keeps the recording in a file once a promise is broken.

use super::{Input, Recording};
use crate::core::Core;
use crate::moment::Moment;

/// How much is kept. A story longer than this is told by its snapshots.
const CAPACITY: usize = 50_000;

#[derive(Debug)]
pub(crate) struct Recorder {
    began: Moment,
    inputs: Vec<(Moment, Input)>,
    is_whole: bool,
    /// How many violations the file shows.
    kept: usize,
}

impl Recorder {
    pub(crate) fn new(began: Moment) -> Self {
        Self {
            began,
            inputs: Vec::new(),
            is_whole: true,
            kept: 0,
        }
    }

    pub(crate) fn began(&self) -> Moment {
        self.began
    }

    pub(super) fn inputs(&self) -> &[(Moment, Input)] {
        &self.inputs
    }

    pub(super) fn is_whole(&self) -> bool {
        self.is_whole
    }
}

impl Core {
    pub(crate) fn note(&mut self, input: Input) {
        if self.recorder.inputs.len() < CAPACITY {
            self.recorder.inputs.push((self.world.now(), input));
        } else {
            self.recorder.is_whole = false;
        }
    }

    /// Write the recording down if there is a violation that the file does not show yet.
    pub(crate) fn keep_recording(&mut self) {
        let violations = self.ledger.violations();
        if violations > self.recorder.kept
            && let Some(file) = &self.config.recording
        {
            // Whoever broke the promise learns of it all the same; a directory that cannot be written to was refused at the start.
            let _ = Recording::of(self).save(file);
            self.recorder.kept = violations;
        }
    }
}
