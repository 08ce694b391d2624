//! What was asked: the command line of mgrctl.

/// A call as it came. The options `-m`, `-o`, `-R`, `-i`, `-l` and `-e` may stand anywhere on the line.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The function.
    pub function: String,
    /// What stood on the line.
    pub params: Vec<(String, String)>,
    /// What came through the environment.
    pub secrets: Vec<(String, String)>,
    /// The environment variables that held it.
    pub variables: Vec<String>,
    /// Whether the answer is XML.
    pub is_xml: bool,
    /// Whether only the parameters are asked for.
    pub is_help: bool,
}

impl Request {
    /// Read the arguments after the program's name; `environment` looks a variable up.
    pub fn parse(
        words: &[String],
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, String> {
        let mut request = Self::default();
        let mut manager = None;
        let mut restart = false;
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
            match word.as_str() {
                "-m" => manager = Some(value()?.clone()),
                "-o" => request.is_xml = value()? == "xml",
                "-l" => drop(value()?),
                "-i" => request.is_help = true,
                "-R" => restart = true,
                "-e" => request.take_secret(value()?, &environment)?,
                option if option.starts_with('-') => {
                    return Err(format!("unknown option {option}"));
                }
                word if request.function.is_empty() => word.clone_into(&mut request.function),
                word => {
                    let (name, value) = word
                        .split_once('=')
                        .ok_or_else(|| format!("{word} is not name=value"))?;
                    request.params.push((name.to_owned(), value.to_owned()));
                }
            }
        }
        if manager.as_deref() != Some("billmgr") {
            return Err("-m billmgr is needed".to_owned());
        }
        if request.function.is_empty() && !restart {
            return Err("no function".to_owned());
        }
        Ok(request)
    }

    /// `name=$VARIABLE`: no shell has replaced the variable, mgrctl itself looks it up.
    fn take_secret(
        &mut self,
        word: &str,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<(), String> {
        let (name, variable) = word
            .split_once("=$")
            .ok_or_else(|| "-e needs name=$VARIABLE".to_owned())?;
        let value = environment(variable).ok_or_else(|| format!("no variable {variable}"))?;
        self.secrets.push((name.to_owned(), value));
        self.variables.push(variable.to_owned());
        Ok(())
    }

    /// Find a parameter, wherever it came from.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }

    /// All parameters, in order, secrets last.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.params
            .iter()
            .chain(&self.secrets)
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}
