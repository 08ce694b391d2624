//! The words an operation is described by: its status, its kind, where it was started.

use crate::open_enum::open_enum;

open_enum! {
    /// Name the status of an operation (R17).
    ///
    /// ```
    /// use dcim6_client::OperationStatus;
    ///
    /// let ok = OperationStatus::from("ok");
    /// assert!(ok.is_final() && ok.is_ok());
    /// let canceled = OperationStatus::from("cancelled");
    /// assert!(canceled.is_final() && canceled.is_canceled() && !canceled.is_failed());
    /// let failed = OperationStatus::from("error");
    /// assert!(failed.is_final() && failed.is_failed());
    /// let unheard_of = OperationStatus::from("queued");
    /// assert!(unheard_of.is_running()); // until the caller's deadline
    /// ```
    OperationStatus {
        /// Ended well
        Ok = "ok",
        /// Cancelled; in either spelling
        Canceled = "canceled" | "cancelled",
        /// Ended badly; `failed` and `error` are read as well
        Fail = "fail" | "failed" | "error",
        /// Running
        Run = "run",
    }
}

/// A missing status is like an unknown word: running, until the caller's deadline (R17).
impl Default for OperationStatus {
    fn default() -> Self {
        Self::Other(String::new())
    }
}

impl OperationStatus {
    /// Tell whether the operation has ended. Any word that is not known means that it runs (R17).
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Ok | Self::Canceled | Self::Fail)
    }

    /// Tell whether it ended well.
    pub fn is_ok(&self) -> bool {
        *self == Self::Ok
    }

    /// Tell whether it was cancelled.
    pub fn is_canceled(&self) -> bool {
        *self == Self::Canceled
    }

    /// Tell whether it ended badly.
    pub fn is_failed(&self) -> bool {
        *self == Self::Fail
    }

    /// Tell whether it runs: nothing says that it has ended.
    pub fn is_running(&self) -> bool {
        !self.is_final()
    }
}

open_enum! {
    /// Name the kind of an operation. \[assumed\]
    OperationKind {
        /// Install of an operating system
        Install = "server_install",
        /// Diagnostics, with or without disk clean-up
        Diagnostics = "server_diag",
        /// Recovery system
        Recovery = "server_recovery",
        /// Suspension by the panel
        Suspend = "server_suspend",
        /// End of a suspension by the panel
        Resume = "server_resume",
    }
}

open_enum! {
    /// Name where an operation was started. It does not say by which API caller (R22). \[assumed\]
    Origin {
        /// By the API
        Api = "api",
        /// By a person in the panel
        Panel = "panel",
    }
}
