//! The grammar of `where`, by recursive descent. Precedence: NOT, AND, OR.

use super::lexer::{Token, tokens};

/// Deeper nesting is an attack or a mistake.
const MAX_DEPTH: usize = 64;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expr {
    Or(Vec<Expr>),
    And(Vec<Expr>),
    Not(Box<Expr>),
    Test {
        field: String,
        operator: Operator,
        value: Value,
    },
    IsNull {
        field: String,
    },
}

/// EQ, NE and CP are the product's; the others are ours, for numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Eq,
    Ne,
    Cp,
    Gt,
    Lt,
    Ge,
    Le,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Text(String),
    Number(i64),
    Bool(bool),
}

pub(crate) fn parse(text: &str) -> Result<Expr, &'static str> {
    let tokens = tokens(text)?;
    let mut parser = Parser {
        tokens: &tokens,
        depth: 0,
    };
    let expr = parser.disjunction()?;
    if parser.tokens.is_empty() {
        Ok(expr)
    } else {
        Err("syntax")
    }
}

impl Expr {
    /// Walk over all fields that the expression names.
    pub(crate) fn fields(&self, see: &mut impl FnMut(&str)) {
        match self {
            Self::Or(parts) | Self::And(parts) => parts.iter().for_each(|part| part.fields(see)),
            Self::Not(part) => part.fields(see),
            Self::Test { field, .. } | Self::IsNull { field } => see(field),
        }
    }
}

struct Parser<'a> {
    tokens: &'a [Token],
    depth: usize,
}

impl Parser<'_> {
    fn next(&mut self) -> Option<&Token> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(first)
    }

    fn take_keyword(&mut self, keyword: &str) -> bool {
        let found = matches!(self.tokens.first(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(keyword));
        if found {
            self.next();
        }
        found
    }

    fn disjunction(&mut self) -> Result<Expr, &'static str> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("too_deep");
        }
        let mut parts = vec![self.conjunction()?];
        while self.take_keyword("OR") {
            parts.push(self.conjunction()?);
        }
        self.depth -= 1;
        Ok(one_or(parts, Expr::Or))
    }

    fn conjunction(&mut self) -> Result<Expr, &'static str> {
        let mut parts = vec![self.unary()?];
        while self.take_keyword("AND") {
            parts.push(self.unary()?);
        }
        Ok(one_or(parts, Expr::And))
    }

    fn unary(&mut self) -> Result<Expr, &'static str> {
        let negated = self.take_keyword("NOT");
        let inner = if self.tokens.first() == Some(&Token::Open) {
            self.next();
            let inner = self.disjunction()?;
            if self.next() != Some(&Token::Close) {
                return Err("unbalanced");
            }
            inner
        } else {
            self.test()?
        };
        Ok(if negated {
            Expr::Not(Box::new(inner))
        } else {
            inner
        })
    }

    fn test(&mut self) -> Result<Expr, &'static str> {
        let field = match self.next() {
            Some(Token::Word(word)) => word.clone(),
            _ => return Err("syntax"),
        };
        let Some(Token::Word(operator)) = self.next() else {
            return Err("syntax");
        };
        let operator = match operator.to_ascii_uppercase().as_str() {
            "IS" => {
                return if self.take_keyword("null") {
                    Ok(Expr::IsNull { field })
                } else {
                    Err("syntax")
                };
            }
            "EQ" => Operator::Eq,
            "NE" => Operator::Ne,
            "CP" => Operator::Cp,
            "GT" => Operator::Gt,
            "LT" => Operator::Lt,
            "GE" => Operator::Ge,
            "LE" => Operator::Le,
            _ => return Err("unknown_operator"),
        };
        let value = match self.next() {
            Some(Token::Text(text)) => Value::Text(text.clone()),
            Some(Token::Number(number)) => Value::Number(*number),
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("true") => Value::Bool(true),
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("false") => Value::Bool(false),
            _ => return Err("bad_value"),
        };
        Ok(Expr::Test {
            field,
            operator,
            value,
        })
    }
}

fn one_or(mut parts: Vec<Expr>, many: fn(Vec<Expr>) -> Expr) -> Expr {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            many(parts)
        }
        None => many(parts),
    }
}
