//! An independent reading of the grammar of dcim6-api.md section 5.

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
