//! S7: no secret leaves its place.

use mock_dcim::PromiseState;
use serde_json::json;

use super::{sold, state, story, tell};

#[tokio::test]
async fn s7_catches_a_secret_in_an_output_and_in_an_exchange() {
    let panel = sold().await;
    assert_eq!(state(&panel, "S7"), PromiseState::NotJudged);
    // What stands where it belongs is hidden in the journal.
    tell(
        &panel,
        json!({"fact":"secret","name":"the admin password","value":"mock-password"}),
    );
    tell(
        &panel,
        json!({"fact":"secret","name":"the session","value":panel.token}),
    );
    tell(
        &panel,
        json!({"fact":"secret","name":"the key","value":"a<b&c d"}),
    );
    panel.call("DELETE", &format!("auth/v4/token/{}", panel.token), "");
    tell(
        &panel,
        json!({"fact":"output","place":"the log","text":"nothing of interest"}),
    );
    assert_eq!(
        state(&panel, "S7"),
        PromiseState::Held,
        "{}",
        story(&panel, "S7")
    );
    for (place, text) in [
        ("the log", "logging in with mock-password"),
        ("the error", "<e>a&lt;b&amp;c d</e>"),
        ("the url", "https://x/key=a%3Cb%26c%20d"),
    ] {
        tell(&panel, json!({"fact":"output","place":place,"text":text}));
        assert!(
            story(&panel, "S7").contains(&format!("stands in {place}")),
            "{place}"
        );
    }
    let told = panel.mock.verdict();
    assert!(
        !serde_json::to_string(&told)
            .unwrap()
            .contains("mock-password")
    );
    panel.call("GET", "dci/v3/server?where=name+EQ+'mock-password'", "");
    assert!(
        story(&panel, "S7").contains("the admin password stands in the journal, GET server_list")
    );

    let panel = sold().await;
    panel.ok("dci/v3/server/1", r#"{"notes":"pw is hunter22"}"#);
    tell(
        &panel,
        json!({"fact":"secret","name":"his password","value":"hunter22"}),
    );
    assert!(story(&panel, "S7").contains("his password stands in the journal, POST server_edit"));
}

#[tokio::test]
async fn s7_knows_the_tokens_that_dcimanager_gave_and_lets_it_keep_what_is_its_own() {
    let panel = sold().await;
    let told = json!({"fact":"secret","name":"the e-mail","value":"a@a.test","in_dcimanager":true});
    tell(&panel, told);
    // The journal shows it: the user was created with it.
    tell(
        &panel,
        json!({"fact":"output","place":"the log","text":"all is well"}),
    );
    assert_eq!(state(&panel, "S7"), PromiseState::Held);
    tell(
        &panel,
        json!({"fact":"output","place":"the log","text":"sold to a@a.test"}),
    );
    assert!(story(&panel, "S7").contains("the e-mail stands in the log"));
    let key = panel.ok("auth/v4/user/2/key", "{}")["key"].clone();
    for (secret, place) in [(json!(panel.token), "an error"), (key, "a url")] {
        let text = format!("x/{}", secret.as_str().unwrap());
        tell(&panel, json!({"fact":"output","place":place,"text":text}));
        let wrong = format!("a token or key of DCImanager stands in {place}");
        assert!(story(&panel, "S7").contains(&wrong), "{place}");
    }
}
