//! Filters: what is written, what is refused, and that a value never leaves its quotes (section 5, N60–N66).

use dcim6_client::*;
use proptest::prelude::*;
use serde_json::json;

use crate::grammar::{Expr, Literal, Parser};
use crate::support::{Script, ok, scripted};

/// Builds the same expression by the crate's builder.
fn build(expr: &Expr) -> Filter {
    match expr {
        Expr::Or(all) => all.iter().map(build).reduce(|a, b| a | b).unwrap(),
        Expr::And(all) => all.iter().map(build).reduce(|a, b| a & b).unwrap(),
        Expr::Not(one) => !build(one),
        Expr::Test(name, operator, value) => {
            let field = field(name);
            match (operator.as_str(), value) {
                ("IS", _) => field.is_null(),
                ("CP", Some(Literal::Text(text))) => field.like(text),
                ("EQ", Some(value)) => field.eq(literal(value)),
                ("NE", Some(value)) => field.ne(literal(value)),
                other => panic!("{other:?}"),
            }
        }
    }
}

fn literal(value: &Literal) -> FilterValue {
    match value {
        Literal::Text(text) => text.into(),
        Literal::Number(number) => FilterValue::Number(*number),
        Literal::Bool(value) => (*value).into(),
    }
}

fn tests() -> impl Strategy<Value = Expr> {
    let name = "[a-z][a-zA-Z0-9_.]{0,8}";
    let text = "[^'\\\\\\p{Cc}]{0,12}";
    let value = prop_oneof![
        text.prop_map(Literal::Text),
        any::<i64>().prop_map(|number| Literal::Number(number.into())),
        any::<bool>().prop_map(Literal::Bool),
    ];
    let compared = (name, prop_oneof!["EQ", "NE"], value)
        .prop_map(|(name, operator, value)| Expr::Test(name, operator, Some(value)));
    let like = (name, text)
        .prop_map(|(name, text)| Expr::Test(name, "CP".into(), Some(Literal::Text(text))));
    let null = name.prop_map(|name| Expr::Test(name, "IS".into(), None));
    prop_oneof![compared, like, null]
}

fn expressions() -> impl Strategy<Value = Expr> {
    tests().prop_recursive(4, 24, 3, |inner| {
        // `a AND (b AND c)` and `a AND b AND c` are one filter: only other shapes are put inside.
        let some = |expr: fn(Vec<Expr>) -> Expr, skip: fn(&Expr) -> bool| {
            prop::collection::vec(
                inner
                    .clone()
                    .prop_filter("another shape", move |one| !skip(one)),
                2..4,
            )
            .prop_map(expr)
        };
        prop_oneof![
            some(Expr::Or, |one| matches!(one, Expr::Or(_))),
            some(Expr::And, |one| matches!(one, Expr::And(_))),
            inner.prop_map(|one| Expr::Not(Box::new(one))),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_built_reads_back_as_it_was_meant(expr in expressions()) {
        let text = build(&expr).to_string();
        prop_assert_eq!(Parser::parse(&text), Some(expr), "{}", text);
    }

    #[test]
    fn a_value_never_leaves_its_quotes(value in any::<String>(), other in any::<String>()) {
        let filter = field("email").eq(&value) & field("name").like(other.clone());
        let sendable = |text: &str| !text.chars().any(|c| c == '\'' || c == '\\' || c.is_control());
        let text = filter.to_string();
        if sendable(&value) && sendable(&other) {
            let test = |name: &str, operator: &str, text: &String| {
                Expr::Test(name.into(), operator.into(), Some(Literal::Text(text.clone())))
            };
            let meant = Expr::And(vec![test("email", "EQ", &value), test("name", "CP", &other)]);
            prop_assert_eq!(Parser::parse(&text), Some(meant));
        } else {
            prop_assert!(text.starts_with("filter: the value for "), "{}", text);
        }
    }

    #[test]
    fn a_field_name_is_a_name_or_refused(name in any::<String>()) {
        let text = field(&name).is_null().to_string();
        let good = text == format!("{name} IS null");
        let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.');
        prop_assert!(!good || plain);
    }
}

/// Sends one list call with this filter and order; returns the query string, or the error.
async fn query(filter: Option<Filter>, order: Option<OrderBy>) -> Result<String, Error> {
    let script = Script::new([ok(json!({"list": []}))]);
    let mut list = scripted(&script).0.servers();
    if let Some(filter) = filter {
        list = list.filter(filter);
    }
    if let Some(order) = order {
        list = list.order_by(order);
    }
    list.page(0, 50).await?;
    let url = script.sent()[1].url.clone();
    Ok(url.split_once('?').unwrap().1.to_owned())
}

#[tokio::test]
async fn queries_are_encoded_as_the_specification_writes_them() {
    let at = |query: &'static str| format!("limit=0,50{query}");
    let cases = [
        (field("id").eq(101), "&where=id%20EQ%20101"),
        (
            field("email").eq("a+b@a.test"),
            "&where=email%20EQ%20%27a%2Bb%40a.test%27",
        ),
        (
            field("owner_email").is_null() & field("is_new").eq(false),
            "&where=(owner_email%20IS%20null)%20AND%20(is_new%20EQ%20false)",
        ),
        (
            field("location_id").eq(LocationId::new(3)) | field("location_id").eq(5),
            "&where=(location_id%20EQ%203)%20OR%20(location_id%20EQ%205)",
        ),
        (
            !field("domain").like("%extended.%") & field("ipnet").eq(12),
            "&where=(NOT%20domain%20CP%20%27%25extended.%25%27)%20AND%20(ipnet%20EQ%2012)",
        ),
        (
            field("status").ne(IpStatus::Extended),
            "&where=status%20NE%20%27extended%27",
        ),
    ];
    for (filter, wanted) in cases {
        assert_eq!(query(Some(filter), None).await.unwrap(), at(wanted));
    }
    assert_eq!(
        query(Some(field("name").like("%Rack000%")), Some(asc("name")))
            .await
            .unwrap(),
        "limit=0,50&orderby=name%20asc&where=name%20CP%20%27%25Rack000%25%27"
    );
    assert_eq!(
        query(None, Some(desc("id"))).await.unwrap(),
        at("&orderby=id%20desc")
    );
    assert_eq!(query(None, None).await.unwrap(), at(""));
}

#[tokio::test]
async fn what_the_grammar_cannot_carry_is_refused_before_anything_is_sent() {
    let refused = [
        field("email").eq("o'brien@a.test"),
        field("email").eq("a\\b"),
        field("name").like("a\0b"),
        field("name").eq("line\nbreak"),
        field("").is_null(),
        field("1st").eq(1),
        field("na me").eq(1),
        field("id) OR (id").eq(1),
        field("name").eq("fine") & field("email").eq("'"),
        !(field("email").eq("'") | field("name").eq("fine")),
        field("id").is_one_of(Vec::<u64>::new()),
    ];
    for filter in refused {
        let script = Script::default();
        let (client, _) = scripted(&script);
        let failed = client
            .servers()
            .filter(filter.clone())
            .first()
            .await
            .unwrap_err();
        assert!(failed.is_config(), "{filter}: {failed}");
        assert_eq!(failed.operation(), Some("server_list"));
        let mut stream = client.servers().filter(filter).stream();
        assert!(stream.next().await.unwrap().unwrap_err().is_config());
        assert!(stream.next().await.is_none());
        assert!(script.sent().is_empty());
    }
    assert!(
        query(None, Some(asc("id desc")))
            .await
            .unwrap_err()
            .is_config()
    );
}

#[tokio::test]
async fn a_page_beyond_all_rows_is_refused_before_anything_is_sent() {
    let script = Script::new([ok(json!({"list": []}))]);
    let client = scripted(&script).0;
    for (from, count) in [(0, u64::MAX), (u64::MAX, 1), (1, i64::MAX as u64)] {
        let refused = client.servers().page(from, count).await.unwrap_err();
        assert!(refused.is_config(), "{from},{count}: {refused}");
    }
    assert!(script.sent().is_empty());
    client.servers().page(0, i64::MAX as u64).await.unwrap();
    let url = script.sent()[1].url.clone();
    assert!(url.ends_with("?limit=0,9223372036854775807"), "{url}");
}

#[tokio::test]
async fn an_email_that_cannot_be_filtered_is_still_found() {
    let users =
        json!({"list": [{"id": 1, "email": "x@a.test"}, {"id": 2, "email": "o'brien@a.test"}]});
    let script = Script::new([ok(users)]);
    let found = scripted(&script)
        .0
        .users()
        .find_by_email("o'brien@a.test")
        .await
        .unwrap();
    assert_eq!(found.unwrap().id, UserId::new(2));
    assert!(!script.sent()[1].url.contains("where"));
}
