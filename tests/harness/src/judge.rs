//! Tells the mock's judge what happens here, besides what the stand-in for mgrctl tells it at once.

use mock_dcim::{Concealed, Fact};

use super::Host;
use super::job::Job;
use super::process::Ran;

impl Host {
    /// Tell the judge a secret, which from now on must stand nowhere (S7).
    pub fn tell_secret(&self, name: &str, value: &str) {
        self.mock.fact(Fact::Secret {
            name: name.to_owned(),
            value: Concealed::from(value),
            in_dcimanager: false,
        });
    }

    /// Show the judge something that came out (S7).
    pub fn tell_output(&self, place: &str, text: &str) {
        self.mock.fact(Fact::Output {
            place: place.to_owned(),
            text: Concealed::from(text),
        });
    }

    /// Assert that nobody was harmed: nothing is under way, everything written was shown, and the judge found nothing.
    ///
    /// # Panics
    /// If he did, with his stories.
    pub async fn assert_unharmed(&self) {
        self.show_all().await;
        self.mock.fact(Fact::Rest);
        let verdict = self.mock.verdict();
        assert_eq!(verdict.violations, 0, "{verdict:#?}");
    }

    /// A run has ended: what it showed, whose its service is, and the task that nobody can tell from the call (`task.simple.create`).
    pub(super) async fn ended(&self, job: &Job, ran: &Ran) {
        // A sign-in link belongs on the standard output of its command, and nowhere else (safety.md G).
        if job.command != "transition_controlpanel" {
            self.tell_output(&format!("standard output of {}", job.command), &ran.out);
        }
        self.tell_output(&format!("standard error of {}", job.command), &ran.err);
        for seen in &ran.seen {
            let environ: Vec<&str> = seen.open_environ().map(String::as_str).collect();
            let text = format!("{}\n{}", seen.argv.join(" "), environ.join("\n"));
            self.tell_output(&format!("process {} of {}", seen.pid, job.command), &text);
        }
        let Some((item, operation, run)) = job.run else {
            return;
        };
        self.tell_user(item).await;
        let has_simple_task = self.root.calls().iter().any(|call| {
            call.parent == ran.pid && call.function == "task.simple.create" && call.answer == "ok"
        });
        if has_simple_task {
            self.mock.fact(Fact::Task { item, operation });
        }
        self.mock.fact(Fact::End {
            item,
            operation,
            run,
        });
    }

    /// Tell which user of DCImanager a service belongs to: the one with the client's e-mail, whatever the module has saved (S1).
    async fn tell_user(&self, item: u64) {
        let email: Option<Option<String>> = sqlx::query_scalar(
            "SELECT u.email FROM user u JOIN item i ON i.account = u.account WHERE i.id = ? ORDER BY u.id LIMIT 1",
        )
        .bind(item)
        .fetch_optional(&mut *self.database.line().await)
        .await
        .expect("a statement");
        // A user without one is as good as none.
        let email = email.flatten();
        if let Some(email) = &email {
            // DCImanager knows whose server it is; nothing that is written down on this side may say it.
            self.mock.fact(Fact::Secret {
                name: format!("e-mail of the client of service {item}"),
                value: Concealed::from(email.as_str()),
                in_dcimanager: true,
            });
        }
        let user = email.and_then(|email| {
            self.mock
                .world(|world| world.user_by_email(&email).map(|user| user.id))
        });
        if let Some(user) = user {
            self.mock.fact(Fact::User { item, user });
        }
    }

    /// Show the judge everything that is written anywhere: log, calls, errors, tasks, problems, clear parameters (S7). Passwords that the
    /// module made are secrets too.
    ///
    /// # Panics
    /// If the database does not answer.
    pub async fn show_all(&self) {
        let items: Vec<i32> = sqlx::query_scalar("SELECT DISTINCT item FROM itemcryptedparam")
            .fetch_all(&mut *self.database.line().await)
            .await
            .expect("a statement");
        for item in items {
            for (name, value) in self.secrets(u64::try_from(item).expect("an id")).await {
                self.tell_secret(&format!("{name} of service {item}"), &value);
            }
        }
        self.tell_output("the log", &self.root.read("var/pmdcim6.log"));
        for call in self.root.calls() {
            let text = format!("{}\n{}", call.argv.join(" "), call.environ.join("\n"));
            self.tell_output(&format!("the call {}", call.function), &text);
        }
        for (place, sql) in [
            (
                "an errorxml",
                "SELECT errorxml FROM runningoperation WHERE errorxml IS NOT NULL",
            ),
            ("a task", "SELECT params FROM task WHERE params IS NOT NULL"),
            (
                "a problem",
                "SELECT params FROM problem WHERE params IS NOT NULL",
            ),
            (
                "a clear parameter",
                "SELECT value FROM itemparam WHERE value IS NOT NULL",
            ),
            (
                "a configuration",
                "SELECT config FROM processingmodule WHERE config IS NOT NULL",
            ),
        ] {
            let texts: Vec<String> = sqlx::query_scalar(sql)
                .fetch_all(&mut *self.database.line().await)
                .await
                .expect("a statement");
            for text in texts {
                self.tell_output(place, &text);
            }
        }
    }
}
