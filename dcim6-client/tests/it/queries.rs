//! Filters and pages: what is written, what is refused, and that a value never leaves its quotes (section 5, N60–N66, N46, N47).

use dcim6_client::*;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{Act, Script, ok, scripted};

/// An independent reading of the grammar of dcim6-api.md section 5.
mod grammar {
    #[derive(Clone, Debug, PartialEq)]
    pub enum Expr {
        Or(Vec<Expr>),
        And(Vec<Expr>),
        Not(Box<Expr>),
        Test(String, String, Option<Literal>),
    }

    #[derive(Clone, Debug, PartialEq)]
    pub enum Literal {
        Text(String),
        Number(i128),
        Bool(bool),
    }

    pub struct Parser<'a>(&'a str);

    impl<'a> Parser<'a> {
        pub fn parse(text: &'a str) -> Option<Expr> {
            let mut parser = Self(text);
            let expr = parser.expr()?;
            parser.0.is_empty().then_some(expr)
        }

        fn word(&mut self, word: &str) -> bool {
            if let Some(rest) = self.0.strip_prefix(word) {
                self.0 = rest;
                return true;
            }
            false
        }

        fn expr(&mut self) -> Option<Expr> {
            let mut all = vec![self.conj()?];
            while self.word(" OR ") {
                all.push(self.conj()?);
            }
            Some(if all.len() == 1 {
                all.remove(0)
            } else {
                Expr::Or(all)
            })
        }

        fn conj(&mut self) -> Option<Expr> {
            let mut all = vec![self.unary()?];
            while self.word(" AND ") {
                all.push(self.unary()?);
            }
            Some(if all.len() == 1 {
                all.remove(0)
            } else {
                Expr::And(all)
            })
        }

        fn unary(&mut self) -> Option<Expr> {
            if self.word("NOT ") {
                return Some(Expr::Not(Box::new(self.primary()?)));
            }
            self.primary()
        }

        fn primary(&mut self) -> Option<Expr> {
            if self.word("(") {
                let expr = self.expr()?;
                return self.word(")").then_some(expr);
            }
            let end = self
                .0
                .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'))?;
            let (name, rest) = self.0.split_at(end);
            if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
                return None;
            }
            self.0 = rest;
            if self.word(" IS null") {
                return Some(Expr::Test(name.into(), "IS".into(), None));
            }
            let operator = [" EQ ", " NE ", " CP "]
                .into_iter()
                .find(|operator| self.word(operator))?;
            Some(Expr::Test(
                name.into(),
                operator.trim().into(),
                Some(self.literal()?),
            ))
        }

        fn literal(&mut self) -> Option<Literal> {
            if self.word("'") {
                let (text, rest) = self.0.split_once('\'')?;
                self.0 = rest;
                return (!text.contains('\\')).then(|| Literal::Text(text.into()));
            }
            if self.word("true") {
                return Some(Literal::Bool(true));
            }
            if self.word("false") {
                return Some(Literal::Bool(false));
            }
            let end = self.0.find([' ', ')']).unwrap_or(self.0.len());
            let (number, rest) = self.0.split_at(end);
            self.0 = rest;
            number.parse().ok().map(Literal::Number)
        }
    }
}

use grammar::{Expr, Literal, Parser};

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

fn page(ids: std::ops::Range<u64>, size: Option<u64>) -> Act {
    let rows: Vec<Value> = ids.map(|id| json!({"id": id})).collect();
    ok(match size {
        Some(size) => json!({"list": rows, "size": size}),
        None => json!({"list": rows}),
    })
}

async fn all(acts: Vec<Act>) -> (Result<Vec<u64>, Error>, Vec<String>) {
    let script = Script::new(acts);
    let (client, _) = scripted(&script);
    let client = client.with_retry(Retry::never());
    let rows = client.servers().page_size(2).all().await;
    let queries = script.sent()[1..]
        .iter()
        .map(|request| request.url.split(['?', '&']).nth(1).unwrap().to_owned())
        .collect();
    (
        rows.map(|rows| rows.iter().map(|row| row.id.get()).collect()),
        queries,
    )
}

#[tokio::test]
async fn pages_are_fetched_to_the_end() {
    let (rows, queries) = all(vec![
        page(1..3, Some(5)),
        page(3..5, Some(5)),
        page(5..6, Some(5)),
    ])
    .await;
    assert_eq!(rows.unwrap(), [1, 2, 3, 4, 5]);
    assert_eq!(queries, ["limit=0,2", "limit=2,2", "limit=4,2"]);
    // Without `size` a short page is the last; a full one asks for more.
    let (rows, queries) = all(vec![page(1..3, None), page(3..3, None)]).await;
    assert_eq!((rows.unwrap(), queries.len()), (vec![1, 2], 2));
    // A panel with smaller pages than asked for.
    let (rows, _) = all(vec![page(1..2, Some(2)), page(2..3, Some(2))]).await;
    assert_eq!(rows.unwrap(), [1, 2]);
    // Rows that moved to a later page come once.
    let (rows, _) = all(vec![page(1..3, Some(4)), page(2..4, Some(4))]).await;
    assert_eq!(rows.unwrap(), [1, 2, 3]);
}

#[tokio::test]
async fn endless_pages_and_false_sizes_end_in_an_error() {
    let (rows, queries) = all(vec![page(1..3, None); 9]).await;
    assert!(
        rows.unwrap_err()
            .to_string()
            .contains("the same rows again")
    );
    assert_eq!(queries.len(), 2);
    let (rows, _) = all(vec![page(1..3, Some(9)); 9]).await;
    assert!(rows.unwrap_err().is_decode());
    let (rows, _) = all(vec![page(1..3, Some(1))]).await;
    assert!(rows.unwrap_err().to_string().contains("at size"));
    let (rows, _) = all(vec![page(1..3, Some(9)), page(1..1, Some(9))]).await;
    assert!(rows.unwrap_err().to_string().contains("at size"));
    let (rows, _) = all(vec![page(1..3, Some(9)), page(1..1, Some(2))]).await;
    assert_eq!(rows.unwrap(), [1, 2]); // they went away meanwhile
}

#[tokio::test]
async fn a_stream_is_unpin_and_a_futures_stream() {
    use futures_util::TryStreamExt;
    fn unpin<T: Unpin + Send>(stream: T) -> T {
        stream
    }
    let script = Script::new([page(1..3, Some(2))]);
    let mut stream = unpin(scripted(&script).0.servers().stream());
    assert_eq!(
        stream.try_next().await.unwrap().unwrap().id,
        ServerId::new(1)
    );
    let rest: Vec<Server> = stream.try_collect().await.unwrap();
    assert_eq!(rest.len(), 1);
}
