//! The XML description that BILLmanager reads: forms, and every word of this module in both languages (`billmanager-protocol.md` 4).

/// The description, as it is placed at `etc/xml/billmgr_mod_pmdcim6.xml`.
pub const DESCRIPTION: &str = include_str!("../xml/billmgr_mod_pmdcim6.xml");

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use quick_xml::Reader;
    use quick_xml::events::{BytesStart, Event};

    use super::DESCRIPTION;
    use crate::command::offline;
    use crate::error::ErrorKind;

    fn name(element: &BytesStart<'_>) -> Option<String> {
        let attribute = element
            .attributes()
            .flatten()
            .find(|attribute| attribute.key.as_ref() == "name")?;
        Some(attribute.value.into_owned())
    }

    type Messages = BTreeMap<(String, String), BTreeSet<String>>;

    /// The names of messages by language and group, and the names of the form's inputs.
    fn read() -> (Messages, BTreeSet<String>) {
        let (mut messages, mut inputs) = (Messages::new(), BTreeSet::new());
        let (mut language, mut group) = (String::new(), String::new());
        let mut reader = Reader::from_str(DESCRIPTION);
        loop {
            match reader.read_event().unwrap() {
                Event::Eof => return (messages, inputs),
                Event::Start(element) | Event::Empty(element) => {
                    let named = name(&element).unwrap_or_default();
                    match element.name().as_ref() {
                        "lang" => language = named,
                        "messages" => group = named,
                        "input" => drop(inputs.insert(named)),
                        "msg" => drop(
                            messages
                                .entry((language.clone(), group.clone()))
                                .or_default()
                                .insert(named),
                        ),
                        _ => {}
                    }
                }
                _ => {}
            }
        }
    }

    #[test]
    fn both_languages_have_the_same_words() {
        let (messages, _) = read();
        let of = |language: &str| -> BTreeMap<&String, &BTreeSet<String>> {
            let here = messages.iter().filter(|((found, _), _)| found == language);
            here.map(|((_, group), names)| (group, names)).collect()
        };
        assert!(of("en").len() >= 6);
        assert_eq!(of("en"), of("ru"));
    }

    /// Official modules bring the others' messages along.
    #[test]
    fn every_error_of_our_own_has_a_message() {
        let (messages, _) = read();
        let known = &messages[&("en".to_owned(), "msgerror".to_owned())];
        for kind in [
            ErrorKind::NoFreeServer,
            ErrorKind::SimilarServer,
            ErrorKind::NoSwitchPort,
            ErrorKind::OwnerMismatch,
            ErrorKind::DatacenterUnsuitable,
            ErrorKind::LocationMissing,
            ErrorKind::WipeUnproven,
            ErrorKind::OperationFailed,
            ErrorKind::Timeout,
            ErrorKind::Busy,
            ErrorKind::Refused,
            ErrorKind::NotSupported,
            ErrorKind::ConfigurationChange,
            ErrorKind::ByServerTypeLocked,
            ErrorKind::PoolMissing,
            ErrorKind::Terminated,
        ] {
            assert!(
                known.contains(&format!("msg_error_{}", kind.as_str())),
                "{kind:?}"
            );
        }
    }

    #[test]
    fn every_parameter_of_the_features_has_an_input_and_a_label() {
        let (messages, inputs) = read();
        let features = offline(
            &["--command".into(), "features".into()],
            &mut std::io::empty(),
        );
        let features = features.unwrap().unwrap();
        let named = |element: &str| -> BTreeSet<String> {
            let opening = format!("<{element} name=\"");
            let parts = features.split(&opening).skip(1);
            parts
                .filter_map(|part| part.split('"').next().map(str::to_owned))
                .collect()
        };
        assert_eq!(named("param"), inputs);
        let labels = &messages[&("en".to_owned(), "processing.edit.pmdcim6".to_owned())];
        assert!(
            inputs.iter().all(|input| labels.contains(input)),
            "{inputs:?}"
        );
        let custom = &messages[&(
            "en".to_owned(),
            "processing.customparam.names.pmdcim6".to_owned(),
        )];
        assert_eq!(&named("customparam"), custom);
    }
}
