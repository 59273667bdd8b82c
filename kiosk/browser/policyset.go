package browser

// blockedAddresses refuses everything; the allowlist makes the exceptions.
// From version 147 on "*" does not cover Chromium's internal pages.
var blockedAddresses = []string{
	"*", "chrome://*", "chrome-untrusted://*", "chrome-search://*", "devtools://*", "view-source:*",
	"file://*", "data:*", "javascript://*", "filesystem:*", "ftp://*", "http://*",
}

// policyGroups are the policies that are the same on every borne. The names
// are those of the version that a test reads from chrome://policy.
var policyGroups = []map[string]any{
	network, callsHome, accounts, memory, devices, surface,
}

// network: one way out, and no way around the proxy's checks.
var network = map[string]any{
	"LocalNetworkBlockedForUrls":                   []string{"*"},
	"LoopbackNetworkBlockedForUrls":                []string{"*"},
	"DNSInterceptionChecksEnabled":                 false,
	"WPADQuickCheckEnabled":                        false,
	"DefaultDirectSocketsSetting":                  2,
	"AllowCrossOriginAuthPrompt":                   false,
	"CACertificateManagementAllowed":               2, // by nobody
	"WebRtcTextLogCollectionAllowed":               false,
	"WebRtcEventLogCollectionAllowed":              false,
	"QuicAllowed":                                  false,
	"EncryptedClientHelloEnabled":                  false,
	"DnsOverHttpsMode":                             "off",
	"BuiltInDnsClientEnabled":                      false,
	"NetworkPredictionOptions":                     2, // never
	"WebRtcIPHandling":                             "disable_non_proxied_udp",
	"SSLErrorOverrideAllowed":                      false,
	"BasicAuthOverHttpEnabled":                     false,
	"DefaultInsecureContentSetting":                2,
	"SandboxExternalProtocolBlocked":               true,
	"ExternalProtocolDialogShowAlwaysOpenCheckbox": false,
	"EnableMediaRouter":                            false,
	"NetworkServiceSandboxEnabled":                 true,
	"AudioSandboxEnabled":                          true,
	"AdditionalDnsQueryTypesEnabled":               false,
	"IntranetRedirectBehavior":                     1,     // no "did you mean", no look-ups for it
	"SignedHTTPExchangeEnabled":                    false, // content of one host under another's name
	"SitePerProcess":                               true,
	// A site that asks for a name and a password in Chromium's own dialog gets
	// no dialog: its page of refusal is shown.
	"AuthSchemes": "",
	"AmbientAuthenticationInPrivateModesEnabled": 0,
	"HttpsOnlyMode": "force_enabled",
}

// callsHome: what Chromium sends or fetches by itself. The proxy refuses it
// anyway; here it is not even tried.
var callsHome = map[string]any{
	"BrowserNetworkTimeQueriesEnabled":         false,
	"SafeBrowsingSurveysEnabled":               false,
	"SafeBrowsingProxiedRealTimeChecksAllowed": false,
	"MediaRecommendationsEnabled":              false,
	"LiveCaptionEnabled":                       false,
	"LiveTranslateEnabled":                     false,
	"TranslatorAPIAllowed":                     false,
	"GeminiSettings":                           1,
	"SearchContentSharingSettings":             1,
	"DevToolsGenAiSettings":                    2,
	"HistorySearchSettings":                    2,
	"TabCompareSettings":                       2,
	"HelpMeWriteSettings":                      2,
	"CreateThemesSettings":                     2,
	"AutofillPredictionSettings":               2,
	"AutomatedPasswordChangeSettings":          2,
	"SmartTabSharingSettings":                  1,
	"ThirdPartyAiChatSettings":                 1,
	"SafeBrowsingProtectionLevel":              0,
	"MetricsReportingEnabled":                  false,
	"ComponentUpdatesEnabled":                  false,
	"DomainReliabilityAllowed":                 false,
	"AlternateErrorPagesEnabled":               false,
	"SearchSuggestEnabled":                     false,
	"DefaultSearchProviderEnabled":             false,
	"SpellcheckEnabled":                        false, // its dictionaries are downloaded
	"SpellCheckServiceEnabled":                 false,
	"TranslateEnabled":                         false,
	"ChromeVariations":                         2,
	"UserFeedbackAllowed":                      false,
	"FeedbackSurveysEnabled":                   false,
	"PromotionsEnabled":                        false,
	"ShoppingListEnabled":                      false,
	"AccessibilityImageLabelsEnabled":          false,
	"AIModeSettings":                           1,
	"BuiltInAIAPIsEnabled":                     false,
	"GenAILocalFoundationalModelSettings":      1,
	"AutofillGenAiSettings":                    2,
	"GeminiActOnWebSettings":                   1,
	"GeminiChromeFileUploadSettings":           1,
	"GeminiSparkSettings":                      1,
	"VoiceTypingSettings":                      2,
	"TryOnYouSettings":                         2,
	"ChromeSuggestionsSettings":                2,
	"GoogleSearchSidePanelEnabled":             false,
	"SideSearchEnabled":                        false,
	"HistoryClustersVisible":                   false,
	"NTPCardsVisible":                          false,
	"UrlKeyedMetricsAllowed":                   false,
	"SafeBrowsingDeepScanningEnabled":          false,
	"PasswordProtectionWarningTrigger":         0,
	"AccessCodeCastEnabled":                    false,
	"ShowCastIconInToolbar":                    false,
	"AdvancedProtectionAllowed":                false,
}

// accounts: nobody signs in to the browser itself, and it offers to keep
// nothing of what people type.
var accounts = map[string]any{
	"AutofillSettings":                   []map[string]any{{"url_pattern": "*", "blocked_types": []string{"contact_info", "payments", "identity_docs", "travel", "shopping"}}},
	"PasswordManagerPasskeysEnabled":     false,
	"PasswordSharingEnabled":             false,
	"BrowserSignin":                      0,
	"SyncDisabled":                       true,
	"BrowserGuestModeEnabled":            false,
	"BrowserAddPersonEnabled":            false,
	"IncognitoModeAvailability":          1,
	"ProfilePickerOnStartupAvailability": 1,
	"PasswordManagerEnabled":             false,
	"PasswordLeakDetectionEnabled":       false,
	"PaymentMethodQueryEnabled":          false,
	"DesktopSharingHubEnabled":           false,
	"SigninInterceptionEnabled":          false,
	"ImportAutofillFormData":             false,
	"ImportBookmarks":                    false,
	"ImportHistory":                      false,
	"ImportHomepage":                     false,
	"ImportSavedPasswords":               false,
	"ImportSearchEngine":                 false,
}

// memory: it forgets by construction; these keep it from trying.
var memory = map[string]any{
	"BackgroundModeEnabled":          false,
	"SavingBrowserHistoryDisabled":   true,
	"RestoreOnStartup":               5, // a new page
	"NewTabPageLocation":             "about:blank",
	"HomepageIsNewTabPage":           false,
	"HighEfficiencyModeEnabled":      false, // a step behind another keeps its form
	"ShowHomeButton":                 false,
	"BookmarkBarEnabled":             false,
	"EditBookmarksEnabled":           false,
	"DiskCacheSize":                  64 << 20,
	"UserDataSnapshotRetentionLimit": 0,
	"AllowBackForwardCacheForCacheControlNoStorePageEnabled": false,
}

// devices: nothing of the machine is offered to a page.
var devices = map[string]any{
	"DefaultIdleDetectionSetting":          2,
	"DefaultControlledFrameSetting":        2,
	"AudioCaptureAllowed":                  false,
	"VideoCaptureAllowed":                  false,
	"ScreenCaptureAllowed":                 false,
	"DefaultGeolocationSetting":            2,
	"DefaultNotificationsSetting":          2,
	"DefaultWebUsbGuardSetting":            2,
	"DefaultWebHidGuardSetting":            2,
	"DefaultWebBluetoothGuardSetting":      2,
	"DefaultSerialGuardSetting":            2,
	"DefaultSensorsSetting":                2,
	"DefaultClipboardSetting":              2,
	"DefaultFileSystemReadGuardSetting":    2,
	"DefaultFileSystemWriteGuardSetting":   2,
	"DefaultLocalFontsSetting":             2,
	"DefaultWindowManagementSetting":       2,
	"DefaultAutomaticDownloadsSetting":     2,
	"DefaultSubAppsWithoutPromptsSetting":  2,
	"AllowSystemNotifications":             false,
	"PromptOnMultipleMatchingCertificates": false,
}

// surface: no window, menu or file dialog of Chromium's own. FullscreenAllowed
// stays out: set to false it takes --kiosk away too, and the tabs and the
// address bar appear. A page in full screen covers its own window, no more.
var surface = map[string]any{
	"WebAppInstallByUserEnabled":     false,
	"QRCodeGeneratorEnabled":         false,
	"ExtensionDeveloperModeSettings": 1,
	// 2 refuses our own control of pages too. The keys are grabbed, and
	// devtools: is blocked.
	"DeveloperToolsAvailability": 0,
	"RemoteDebuggingAllowed":     true, // by the inherited pipe: there is no port
	"AllowFileSelectionDialogs":  false,
	"PromptForDownloadLocation":  false,
	"AlwaysOpenPdfExternally":    false,
	"PrintingEnabled":            false, // ours is metered, and goes through Page.printToPDF
	// The PDF viewer's button asks past PrintingEnabled for the preview, a
	// dialog without a way out; without a preview it asks for nothing.
	"DisablePrintPreview":                           true,
	"DefaultPopupsSetting":                          2,
	"ExtensionInstallBlocklist":                     []string{"*"},
	"BlockExternalExtensions":                       true,
	"NativeMessagingBlocklist":                      []string{"*"},
	"NativeMessagingUserLevelHosts":                 false,
	"ExtensionSettings":                             map[string]any{"*": map[string]any{"installation_mode": "blocked"}},
	"ExtensionAllowedTypes":                         []string{},
	"ExtensionInstallTypeBlocklist":                 []string{"command_line"},
	"BrowserSwitcherEnabled":                        false,
	"DefaultSearchProviderContextMenuAccessAllowed": false,
	"PdfAnnotationsEnabled":                         false,
	"PolicyTestPageEnabled":                         false,
	"AutoLaunchProtocolsFromOrigins":                []map[string]any{},
	"AutoOpenFileTypes":                             []string{},
	"WebAppSettings":                                []map[string]any{{"manifest_id": "*", "run_on_os_login": "blocked"}},
	"BrowserLabsEnabled":                            false,
	"DefaultBrowserSettingEnabled":                  false,
	"TaskManagerEndProcessEnabled":                  false,
	"AllowDinosaurEasterEgg":                        false,
	"HideWebStoreIcon":                              true,
	"SuppressUnsupportedOSWarning":                  true,
	"CommandLineFlagSecurityWarningsEnabled":        false,
}
