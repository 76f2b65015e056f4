//! Questions to the broker about topics, groups and offsets. librdkafka can ask them; rdkafka has no safe
//! call for them, so this file has unsafe code. It relies on what rdkafka.h says of each call: who owns what is
//! handed over and given back, and that an event's content lives as long as the event. Each answer is copied out
//! before it is given back.
//!
//! All of them may be asked from any thread, beside the one that polls.

use std::collections::{BTreeSet, HashMap};
use std::ffi::{CStr, CString, c_char};
use std::marker::PhantomData;
use std::ptr;
use std::slice;
use std::time::Duration;

use rdkafka::bindings as c;
use rdkafka::client::{Client, ClientContext};
use rdkafka::error::{KafkaResult, RDKafkaErrorCode};

/// Something a user may do with a topic or a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Right {
    Read,
    Write,
    Describe,
}

/// One topic as the broker describes it to this user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Described {
    /// What tells it from one of the same name made before or after it; empty when the broker is too old
    /// to say (before Kafka 2.8).
    pub id: String,
    pub partitions: usize,
    /// `None` when the broker does not say.
    pub rights: Option<Vec<Right>>,
}

/// Topics by name, each described or refused.
pub(super) type Topics = HashMap<String, Result<Described, RDKafkaErrorCode>>;

/// A topic and the number of one of its partitions.
pub(super) type TopicPartition = (String, i32);

/// A member of a consumer group as the coordinator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    /// The name the coordinator gave it when it joined.
    pub id: String,
    pub assignment: BTreeSet<TopicPartition>,
}

/// A consumer group as the coordinator describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct GroupDescription {
    /// Whether every member has joined and has its assignment: nobody rebalances.
    pub is_stable: bool,
    pub members: Vec<Member>,
}

/// Asks about topics.
///
/// # Errors
/// The broker's or the library's error when the question as a whole fails.
pub(super) fn topics<C: ClientContext>(
    client: &Client<C>,
    names: &[&str],
    wait: Duration,
) -> Result<Topics, RDKafkaErrorCode> {
    let names: Vec<CString> = names.iter().filter_map(|n| CString::new(*n).ok()).collect();
    let mut pointers: Vec<_> = names.iter().map(|n| n.as_ptr()).collect();
    let op = c::rd_kafka_admin_op_t::RD_KAFKA_ADMIN_OP_DESCRIBETOPICS;
    let ask = Question::new(client, op, wait);
    // SAFETY: `client` and `names` outlive the calls. The collection copies the names and is this function's to
    // destroy (rdkafka.h, rd_kafka_TopicCollection_of_topic_names); the request copies the collection. The result
    // and all in it belong to the event, and are copied out before that is destroyed with `answer`.
    unsafe {
        let collection =
            c::rd_kafka_TopicCollection_of_topic_names(pointers.as_mut_ptr(), pointers.len());
        c::rd_kafka_DescribeTopics(client.native_ptr(), collection, ask.options, ask.queue);
        c::rd_kafka_TopicCollection_destroy(collection);
        let answer = ask.answer(wait)?;
        let result = c::rd_kafka_event_DescribeTopics_result(answer.0);
        if result.is_null() {
            return Err(RDKafkaErrorCode::Fail);
        }
        let mut count = 0;
        let all = c::rd_kafka_DescribeTopics_result_topics(result, &mut count);
        let described = listed(all, count).iter().map(|&topic| {
            let name = CStr::from_ptr(c::rd_kafka_TopicDescription_name(topic));
            let said = match code(c::rd_kafka_TopicDescription_error(topic)) {
                Some(code) => Err(code),
                None => {
                    let (mut partitions, mut n) = (0, 0);
                    c::rd_kafka_TopicDescription_partitions(topic, &mut partitions);
                    let operations =
                        c::rd_kafka_TopicDescription_authorized_operations(topic, &mut n);
                    Ok(Described {
                        id: uuid(c::rd_kafka_TopicDescription_topic_id(topic)),
                        partitions,
                        rights: rights(operations, n),
                    })
                }
            };
            (name.to_string_lossy().into_owned(), said)
        });
        Ok(described.collect())
    }
}

/// Asks what this user may do with a consumer group; `Ok(None)` when the broker does not say.
///
/// Only for a client that ends soon after: librdkafka 2.12 aborts the process when such a question, to a
/// group's coordinator, has run out of time and the coordinator is found later
/// (`rd_kafka_admin_coord_request` gives its reference back twice).
///
/// # Errors
/// The broker's or the library's error.
pub(super) fn group_rights<C: ClientContext>(
    client: &Client<C>,
    name: &str,
    wait: Duration,
) -> Result<Option<Vec<Right>>, RDKafkaErrorCode> {
    let name = CString::new(name).map_err(|_| RDKafkaErrorCode::InvalidArgument)?;
    let mut pointers = [name.as_ptr()];
    let op = c::rd_kafka_admin_op_t::RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS;
    let ask = Question::new(client, op, wait);
    // SAFETY: `client` and `name` outlive the calls, and the request copies the name. As for `topics`, the result
    // is copied out before its event is destroyed.
    unsafe {
        c::rd_kafka_DescribeConsumerGroups(
            client.native_ptr(),
            pointers.as_mut_ptr(),
            1,
            ask.options,
            ask.queue,
        );
        let answer = ask.answer(wait)?;
        let result = c::rd_kafka_event_DescribeConsumerGroups_result(answer.0);
        if result.is_null() {
            return Err(RDKafkaErrorCode::Fail);
        }
        let mut count = 0;
        let all = c::rd_kafka_DescribeConsumerGroups_result_groups(result, &mut count);
        let Some(&group) = listed(all, count).first() else {
            return Ok(None);
        };
        match code(c::rd_kafka_ConsumerGroupDescription_error(group)) {
            Some(code) => Err(code),
            None => {
                let mut n = 0;
                let operations =
                    c::rd_kafka_ConsumerGroupDescription_authorized_operations(group, &mut n);
                Ok(rights(operations, n))
            }
        }
    }
}

/// Asks who has which partitions in a group of the classic protocol; `None` for a group that is not there or
/// speaks KIP-848's, of which this question is told nothing.
///
/// # Errors
/// The broker's or the library's error.
pub(super) fn group<C: ClientContext>(
    client: &Client<C>,
    name: &str,
    wait: Duration,
) -> KafkaResult<Option<GroupDescription>> {
    let listed = client.fetch_group_list(Some(name), wait)?;
    let Some(group) = listed.groups().iter().find(|g| g.name() == name) else {
        return Ok(None);
    };
    if group.protocol_type() != "consumer" || group.state() == "Dead" {
        return Ok(None);
    }
    let members = group.members().iter().map(|member| Member {
        id: member.id().to_owned(),
        assignment: member.assignment().map(places).unwrap_or_default(),
    });
    Ok(Some(GroupDescription {
        is_stable: group.state() == "Stable",
        members: members.collect(),
    }))
}

/// The partitions in a member's assignment, as clients write it (`ConsumerProtocolAssignment`: a version, then
/// each topic's name and partitions, then what the assignor adds).
fn places(assignment: &[u8]) -> BTreeSet<TopicPartition> {
    let mut rest = assignment;
    let mut places = BTreeSet::new();
    let mut read = || -> Option<()> {
        take(&mut rest, 2)?;
        for _ in 0..number(&mut rest)? {
            let length = i16::from_be_bytes(take(&mut rest, 2)?.try_into().ok()?);
            let topic = take(&mut rest, usize::try_from(length).ok()?)?;
            let topic = String::from_utf8_lossy(topic).into_owned();
            for _ in 0..number(&mut rest)? {
                places.insert((topic.clone(), number(&mut rest)?));
            }
        }
        Some(())
    };
    // What is cut off is an assignment of nothing more.
    let _ = read();
    places
}

fn take<'a>(bytes: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(count)?;
    *bytes = rest;
    Some(taken)
}

fn number(bytes: &mut &[u8]) -> Option<i32> {
    Some(i32::from_be_bytes(take(bytes, 4)?.try_into().ok()?))
}

/// Asks for the settings of a topic, by name.
///
/// # Errors
/// The broker's or the library's error, also when this user may not ask.
pub(super) fn topic_config<C: ClientContext>(
    client: &Client<C>,
    topic: &str,
    wait: Duration,
) -> Result<HashMap<String, String>, RDKafkaErrorCode> {
    let topic = c_string(topic)?;
    let op = c::rd_kafka_admin_op_t::RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS;
    let ask = Question::new(client, op, wait);
    let kind = c::rd_kafka_ResourceType_t::RD_KAFKA_RESOURCE_TOPIC;
    // SAFETY: `client` and `topic` outlive the calls. The resource is this function's own and destroyed once; the
    // request copies it. As for `topics`, the result is copied out before its event is destroyed.
    unsafe {
        let mut resource = c::rd_kafka_ConfigResource_new(kind, topic.as_ptr());
        c::rd_kafka_DescribeConfigs(
            client.native_ptr(),
            &mut resource,
            1,
            ask.options,
            ask.queue,
        );
        c::rd_kafka_ConfigResource_destroy(resource);
        let answer = ask.answer(wait)?;
        let result = c::rd_kafka_event_DescribeConfigs_result(answer.0);
        if result.is_null() {
            return Err(RDKafkaErrorCode::Fail);
        }
        let mut count = 0;
        let all = c::rd_kafka_DescribeConfigs_result_resources(result, &mut count);
        let described = only_resource(all, count)?;
        let mut count = 0;
        let entries = c::rd_kafka_ConfigResource_configs(described, &mut count);
        let entry = |&entry: &*const c::rd_kafka_ConfigEntry_t| {
            let name = text(c::rd_kafka_ConfigEntry_name(entry));
            (name, text(c::rd_kafka_ConfigEntry_value(entry)))
        };
        Ok(listed(entries, count).iter().map(entry).collect())
    }
}

/// Makes a topic with these settings, as many copies as the broker makes of others.
///
/// # Errors
/// The broker's or the library's error.
pub(super) fn create_topic<C: ClientContext>(
    client: &Client<C>,
    topic: &str,
    partitions: i32,
    settings: &[(&str, String)],
    wait: Duration,
) -> Result<(), RDKafkaErrorCode> {
    let topic = c_string(topic)?;
    let settings = c_settings(settings)?;
    let op = c::rd_kafka_admin_op_t::RD_KAFKA_ADMIN_OP_CREATETOPICS;
    let ask = Question::new(client, op, wait);
    // SAFETY: `client`, `topic` and `settings` outlive the calls. The new topic is this function's own and destroyed
    // once; it copies its settings, and the request copies it (rdkafka.h, rd_kafka_CreateTopics). The result belongs
    // to its event.
    unsafe {
        let mut new = c::rd_kafka_NewTopic_new(topic.as_ptr(), partitions, -1, ptr::null_mut(), 0);
        if new.is_null() {
            return Err(RDKafkaErrorCode::InvalidArgument);
        }
        for (name, value) in &settings {
            c::rd_kafka_NewTopic_set_config(new, name.as_ptr(), value.as_ptr());
        }
        c::rd_kafka_CreateTopics(client.native_ptr(), &mut new, 1, ask.options, ask.queue);
        c::rd_kafka_NewTopic_destroy(new);
        let answer = ask.answer(wait)?;
        let result = c::rd_kafka_event_CreateTopics_result(answer.0);
        if result.is_null() {
            return Err(RDKafkaErrorCode::Fail);
        }
        let mut count = 0;
        let all = c::rd_kafka_CreateTopics_result_topics(result, &mut count);
        let Some(&made) = listed(all, count).first() else {
            return Err(RDKafkaErrorCode::Fail);
        };
        match c::rd_kafka_topic_result_error(made).into() {
            RDKafkaErrorCode::NoError => Ok(()),
            code => Err(code),
        }
    }
}

/// Changes settings of a topic, and leaves the others as they are (KIP-339; Kafka 2.3).
///
/// # Errors
/// The broker's or the library's error.
pub(super) fn alter_topic<C: ClientContext>(
    client: &Client<C>,
    topic: &str,
    settings: &[(&str, String)],
    wait: Duration,
) -> Result<(), RDKafkaErrorCode> {
    let topic = c_string(topic)?;
    let settings = c_settings(settings)?;
    let op = c::rd_kafka_admin_op_t::RD_KAFKA_ADMIN_OP_INCREMENTALALTERCONFIGS;
    let ask = Question::new(client, op, wait);
    let kind = c::rd_kafka_ResourceType_t::RD_KAFKA_RESOURCE_TOPIC;
    let set = c::rd_kafka_AlterConfigOpType_t::RD_KAFKA_ALTER_CONFIG_OP_TYPE_SET;
    // SAFETY: as for `create_topic`; the resource copies its settings. An error that is told of one is the caller's
    // to destroy (rdkafka.h, rd_kafka_ConfigResource_add_incremental_config).
    unsafe {
        let mut resource = c::rd_kafka_ConfigResource_new(kind, topic.as_ptr());
        for (name, value) in &settings {
            let error = c::rd_kafka_ConfigResource_add_incremental_config(
                resource,
                name.as_ptr(),
                set,
                value.as_ptr(),
            );
            if !error.is_null() {
                c::rd_kafka_error_destroy(error);
            }
        }
        c::rd_kafka_IncrementalAlterConfigs(
            client.native_ptr(),
            &mut resource,
            1,
            ask.options,
            ask.queue,
        );
        c::rd_kafka_ConfigResource_destroy(resource);
        let answer = ask.answer(wait)?;
        let result = c::rd_kafka_event_IncrementalAlterConfigs_result(answer.0);
        if result.is_null() {
            return Err(RDKafkaErrorCode::Fail);
        }
        let mut count = 0;
        let all = c::rd_kafka_IncrementalAlterConfigs_result_resources(result, &mut count);
        only_resource(all, count).map(|_| ())
    }
}

/// The one resource that was asked about or changed, unless the broker says what is wrong with it.
///
/// # Safety
/// `all` is what a result of the library lists, `count` how many, and the result is still there.
unsafe fn only_resource(
    all: *mut *const c::rd_kafka_ConfigResource_t,
    count: usize,
) -> Result<*const c::rd_kafka_ConfigResource_t, RDKafkaErrorCode> {
    // SAFETY: as this function's contract has it.
    unsafe {
        let Some(&resource) = listed(all, count).first() else {
            return Err(RDKafkaErrorCode::Fail);
        };
        match c::rd_kafka_ConfigResource_error(resource).into() {
            RDKafkaErrorCode::NoError => Ok(resource),
            code => Err(code),
        }
    }
}

fn c_string(text: &str) -> Result<CString, RDKafkaErrorCode> {
    CString::new(text).map_err(|_| RDKafkaErrorCode::InvalidArgument)
}

fn c_settings(settings: &[(&str, String)]) -> Result<Vec<(CString, CString)>, RDKafkaErrorCode> {
    let both = settings.iter();
    both.map(|(name, value)| Ok((c_string(name)?, c_string(value)?)))
        .collect()
}

/// The name that the group's coordinator knows this client by; `None` when it has not joined.
pub(super) fn member_id<C: ClientContext>(client: &Client<C>) -> Option<String> {
    // SAFETY: the answer is null or a string that the caller owns and frees with rd_kafka_mem_free (rdkafka.h,
    // rd_kafka_memberid).
    unsafe {
        let id = c::rd_kafka_memberid(client.native_ptr());
        if id.is_null() {
            return None;
        }
        let copied = text(id);
        c::rd_kafka_mem_free(client.native_ptr(), id.cast());
        Some(copied).filter(|id| !id.is_empty())
    }
}

/// What one question needs; freed when dropped, before the client is.
struct Question<'c> {
    options: *mut c::rd_kafka_AdminOptions_t,
    queue: *mut c::rd_kafka_queue_t,
    client: PhantomData<&'c ()>,
}

/// An answer; freed when dropped.
struct Answer(*mut c::rd_kafka_event_t);

impl<'c> Question<'c> {
    fn new<C: ClientContext>(
        client: &'c Client<C>,
        op: c::rd_kafka_admin_op_t,
        wait: Duration,
    ) -> Self {
        let client = client.native_ptr();
        // SAFETY: the client lives for 'c, and what is made with it here is freed with the question. An option
        // that is not for this question leaves the default in place; the error that tells is the caller's to
        // destroy (rdkafka.h, rd_kafka_AdminOptions_set_include_authorized_operations).
        unsafe {
            let options = c::rd_kafka_AdminOptions_new(client, op);
            let ms = wait.as_millis().min(i32::MAX as u128) as i32;
            c::rd_kafka_AdminOptions_set_request_timeout(options, ms, ptr::null_mut(), 0);
            let error = c::rd_kafka_AdminOptions_set_include_authorized_operations(options, 1);
            if !error.is_null() {
                c::rd_kafka_error_destroy(error);
            }
            Question {
                options,
                queue: c::rd_kafka_queue_new(client),
                client: PhantomData,
            }
        }
    }

    fn answer(&self, wait: Duration) -> Result<Answer, RDKafkaErrorCode> {
        let ms = wait.as_millis().min(i32::MAX as u128) as i32;
        // SAFETY: the queue lives as long as `self`; an event that was polled is the caller's to destroy, which
        // the answer does.
        unsafe {
            let event = c::rd_kafka_queue_poll(self.queue, ms);
            if event.is_null() {
                return Err(RDKafkaErrorCode::OperationTimedOut);
            }
            let answer = Answer(event);
            match RDKafkaErrorCode::from(c::rd_kafka_event_error(event)) {
                RDKafkaErrorCode::NoError => Ok(answer),
                code => Err(code),
            }
        }
    }
}

impl Drop for Question<'_> {
    fn drop(&mut self) {
        // SAFETY: made in `new`, freed once, and the client is still there.
        unsafe {
            c::rd_kafka_queue_destroy(self.queue);
            c::rd_kafka_AdminOptions_destroy(self.options);
        }
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        // SAFETY: owned, freed once.
        unsafe { c::rd_kafka_event_destroy(self.0) }
    }
}

/// # Safety
/// `all` must be null or point to `count` pointers that outlive the use of the slice.
unsafe fn listed<'a, T>(all: *mut *const T, count: usize) -> &'a [*const T] {
    if all.is_null() || count == 0 {
        return &[];
    }
    // SAFETY: as the caller promises.
    unsafe { slice::from_raw_parts(all.cast_const(), count) }
}

/// # Safety
/// `error` must be null or a live error.
unsafe fn code(error: *const c::rd_kafka_error_t) -> Option<RDKafkaErrorCode> {
    if error.is_null() {
        return None;
    }
    // SAFETY: as the caller promises.
    match unsafe { c::rd_kafka_error_code(error) }.into() {
        RDKafkaErrorCode::NoError => None,
        code => Some(code),
    }
}

/// # Safety
/// `operations` must be null or point to `count` operations.
unsafe fn rights(
    operations: *const c::rd_kafka_AclOperation_t,
    count: usize,
) -> Option<Vec<Right>> {
    use c::rd_kafka_AclOperation_t as Op;
    if operations.is_null() {
        return None;
    }
    // SAFETY: as the caller promises.
    let all = unsafe { slice::from_raw_parts(operations, count) };
    let named = all.iter().filter_map(|op| match op {
        Op::RD_KAFKA_ACL_OPERATION_READ => Some(Right::Read),
        Op::RD_KAFKA_ACL_OPERATION_WRITE => Some(Right::Write),
        Op::RD_KAFKA_ACL_OPERATION_DESCRIBE => Some(Right::Describe),
        _ => None,
    });
    Some(named.collect())
}

/// # Safety
/// `text` must be null or a live C string.
unsafe fn text(text: *const c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: as the caller promises.
    unsafe { CStr::from_ptr(text) }
        .to_string_lossy()
        .into_owned()
}

/// # Safety
/// `id` must be null or a live identifier.
unsafe fn uuid(id: *const c::rd_kafka_Uuid_t) -> String {
    if id.is_null() {
        return String::new();
    }
    // SAFETY: as the caller promises; the text belongs to the identifier.
    unsafe { text(c::rd_kafka_Uuid_base64str(id)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assignment_is_read_as_clients_write_it() {
        let bytes = b"\0\x01\0\0\0\x02\0\x04news\0\0\0\x02\0\0\0\0\0\0\0\x05\0\x01b\0\0\0\x01\0\0\0\x03\xff\xff\xff\xff";
        let place = |topic: &str, partition| (topic.to_owned(), partition);
        let all = BTreeSet::from([place("news", 0), place("news", 5), place("b", 3)]);
        assert_eq!(places(bytes), all);
        assert_eq!(places(&bytes[..20]), BTreeSet::from([place("news", 0)]));
        assert_eq!(places(b""), BTreeSet::new());
    }
}
