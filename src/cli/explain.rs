//! `explain`: what Passerelle understands of one message.
