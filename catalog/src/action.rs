//! Advice for visitors.

use super::named::named;

named! {
    /// Something a visitor can do.
    pub enum Action {
        /// Wait and try again in a few minutes.
        Wait = "wait",
        /// Wait longer, without trying again and again.
        WaitQuietly = "wait-quietly",
        /// Wait between attempts, since each one makes the server do the same slow work.
        WaitSlow = "wait-slow",
        /// Come back the next day.
        ComeBackTomorrow = "come-back-tomorrow",
        /// Report it to the site, with Ray ID, time and URL.
        TellOwner = "tell-owner",
        /// Read an archived copy for now.
        ReadArchive = "read-archive",
        /// Check Cloudflare's status page.
        CheckStatus = "check-status",
        /// Use another network, or no VPN.
        OtherNetwork = "other-network",
        /// Use the site's name instead of an IP address.
        UseName = "use-name",
        /// Update the browser, or use another one.
        UpdateBrowser = "update-browser",
        /// Turn off extensions that alter the browser's identity.
        OrdinaryBrowser = "ordinary-browser",
        /// Ask the network's administrator.
        AskNetwork = "ask-network",
        /// Remove the cookies of this site.
        ClearCookies = "clear-cookies",
        /// Send less at a time.
        SendLess = "send-less",
        /// Use a shorter address.
        ShorterAddress = "shorter-address",
        /// Scan the device for malware.
        ScanDevice = "scan-device",
        /// Open the page on the site itself.
        StartAtSite = "start-at-site",
        /// Remove the site's fixed address from the device.
        RemovePin = "remove-pin",
        /// Load the page once more.
        ReloadOnce = "reload-once",
        /// Load the page again now, since the error comes and goes.
        TryAgainNow = "try-again-now",
        /// Load the page again over a new connection.
        NewConnection = "reload-new-connection",
        /// Check the address for typing mistakes.
        CheckAddress = "check-address",
        /// Pass the check.
        PassCheck = "pass-check",
        /// Open the page in a private window, without extensions and DNS filters.
        PrivateWindow = "private-window",
        /// Run Cloudflare's own test of the browser and its network.
        TestCheck = "test-check",
        /// Ask the site's owner, because nobody else can lift a check.
        AskToLift = "ask-to-lift",
        /// Sign in with the right account.
        SignIn = "sign-in",
        /// Stay in the queue and leave the page open.
        StayInQueue = "stay-in-queue",
        /// Leave the page; don't enter or download anything.
        LeavePage = "leave-page",
        /// Change a password that was typed into the page.
        ChangePassword = "change-password",
        /// Close the page; don't run, paste or download anything.
        RunNothing = "run-nothing",
    }
}
