//! What the broker lets this user do, asked of it. librdkafka can ask; rdkafka has no safe call for it,
//! so this file has the project's own unsafe code: two questions, their answers copied out at once.

use std::collections::HashMap;
use std::ffi::{CStr, CString};
use std::ptr;
use std::slice;
use std::time::Duration;

use rdkafka::bindings as c;
use rdkafka::error::RDKafkaErrorCode;

/// Something a user may do with a topic or a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    Read,
    Write,
    Describe,
}

/// One topic as the broker describes it to this user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    pub partitions: usize,
    /// `None` when the broker does not say.
    pub rights: Option<Vec<Right>>,
}

/// Topics by name, each described or refused.
pub type Topics = HashMap<String, Result<Described, RDKafkaErrorCode>>;

/// Asks about topics. The client must live as long as the call.
///
/// # Errors
/// The broker's or the library's error when the question as a whole fails.
pub fn topics(
    client: *mut c::rd_kafka_t,
    names: &[&str],
    wait: Duration,
) -> Result<Topics, RDKafkaErrorCode> {
    let names: Vec<CString> = names.iter().filter_map(|n| CString::new(*n).ok()).collect();
    let mut pointers: Vec<_> = names.iter().map(|n| n.as_ptr()).collect();
    let op = c::rd_kafka_admin_op_t::RD_KAFKA_ADMIN_OP_DESCRIBETOPICS;
    let ask = Question::new(client, op, wait);
    // SAFETY: all pointers are live for the calls; the collection copies the names; what the event
    // holds is copied out before it is destroyed with `answer`.
    unsafe {
        let collection =
            c::rd_kafka_TopicCollection_of_topic_names(pointers.as_mut_ptr(), pointers.len());
        c::rd_kafka_DescribeTopics(client, collection, ask.options, ask.queue);
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

/// Asks about a consumer group; `Ok(None)` when the broker does not say.
///
/// # Errors
/// The broker's or the library's error.
pub fn group(
    client: *mut c::rd_kafka_t,
    name: &str,
    wait: Duration,
) -> Result<Option<Vec<Right>>, RDKafkaErrorCode> {
    let name = CString::new(name).map_err(|_| RDKafkaErrorCode::InvalidArgument)?;
    let mut pointers = [name.as_ptr()];
    let op = c::rd_kafka_admin_op_t::RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS;
    let ask = Question::new(client, op, wait);
    // SAFETY: as for `topics`.
    unsafe {
        c::rd_kafka_DescribeConsumerGroups(
            client,
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

/// What one question needs; freed when dropped.
struct Question {
    options: *mut c::rd_kafka_AdminOptions_t,
    queue: *mut c::rd_kafka_queue_t,
}

/// An answer; freed when dropped.
struct Answer(*mut c::rd_kafka_event_t);

impl Question {
    fn new(client: *mut c::rd_kafka_t, op: c::rd_kafka_admin_op_t, wait: Duration) -> Self {
        // SAFETY: the client is live; the two options taken are legal for both questions, and their
        // errors, if any, are null or leave the default in place.
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
            }
        }
    }

    fn answer(&self, wait: Duration) -> Result<Answer, RDKafkaErrorCode> {
        let ms = wait.as_millis().min(i32::MAX as u128) as i32;
        // SAFETY: the queue lives as long as `self`; the event is owned by the answer.
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

impl Drop for Question {
    fn drop(&mut self) {
        // SAFETY: made in `new`, freed once.
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
