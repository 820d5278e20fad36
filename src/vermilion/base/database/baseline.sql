-- The schema as the migrations named here left it. Made by tools/make_baseline.py, read by vermilion.base.database.baseline.
-- holds account.0001_initial 6f27ff6bdf57521a6561e0c606ee3278d2b6dac7eb068dbe1cdd07cd3f9eb6bf
-- holds account.0002_email_max_length c956ab7a3c3660a14b162e9e87dbc57851262ef4d3a895597eebc4eded595fc1
-- holds account.0003_alter_emailaddress_create_unique_verified_email 66b6f1939621bcfa44a5bfe2ae2df312918fd33b2031b154acfed1f4f6be4d10
-- holds account.0004_alter_emailaddress_drop_unique_email ebc6317e90c47d7a8f31fa348f1513f2b9bcda8bed3b0de9811df3bb75c39ef1
-- holds account.0005_emailaddress_idx_upper_email e7569f1662da1754fad09b5f65f439123effc85fc0b24c15ff881bcbf2aa42cb
-- holds account.0006_emailaddress_lower 54adb08cb3fba66b1b2eed10c4a9d7037ae40d778fe5df40628ef3639f4f4fe4
-- holds account.0007_emailaddress_idx_email 87fad70bfde8ae295155fcaac942a260164bee3a04f33fd00a70bf2351aef951
-- holds account.0008_emailaddress_unique_primary_email_fixup 794bf875bdbef9c47e9ccc736cb01711d84657381219f6af6c98a3829e2d6b7f
-- holds account.0009_emailaddress_unique_primary_email 79762cfa7b1e1d7c58be5061a6c032594f7d5e5f8c7288d64146e85cc0bfbd06
-- holds archive.0001_initial 1f2b2db3e3df3872b9b298c6cd076025c2f4f9abdadb235439f5607af5d469c4
-- holds archive.0002_initial d234ec51c1f15761eac916622ee72bce47b9950a8d11d5ef62bc5defa981ded7
-- holds archive.0003_preserved_file 93f18abed5dd6e879c1832aa71a3db71912ea3792722687a67653d6376e75125
-- holds archive.0004_preserving_fault 572f7209b742b61000fcf1fab66a490cf231c6f1a9d60bf1965dcc63dce215ff
-- holds archive.0005_fault_looked_at d038694b56007d83afc0073aa210e17e1ee7533de562ddddc25bb1f2fba5b4fb
-- holds auth.0001_initial 845cff319606332f49ef20ce165d1a17e522c426c5e56d7616133e9e4eaba5ef
-- holds auth.0002_alter_permission_name_max_length feaf97e0e8f7d148bec3db9bab2349c5e15888117c1ff2829deff63ef9e16cff
-- holds auth.0003_alter_user_email_max_length 9d5657b4db9872dc26c2d634c2f5911a3d69ab1d8552af4c6d633bc4001dfabf
-- holds auth.0004_alter_user_username_opts 9538db342c9a9bec4ca12b3137fb80772c4ea4afb861e8647a2962b1ea58344a
-- holds auth.0005_alter_user_last_login_null 79f60a35dc000fdd427bc05c85233ae5b9c4ada078ff0688fc9f78604bf7eaee
-- holds auth.0006_require_contenttypes_0002 00cb16e3405f14b62dbeffa15c68c9030291e4ddd513d733648ba460d6c5e781
-- holds auth.0007_alter_validators_add_error_messages 115db87dc327530fb5e1964ba3d03f9746492f90600406947be39f54f6cc042f
-- holds auth.0008_alter_user_username_max_length 02857f65f7d648147a5d12596b200a83e29145391d3f986ceb84b3b865a2c351
-- holds auth.0009_alter_user_last_name_max_length 19a89500e7f108a7397da9b1733181f92105f758663b3685b60f5c2da384d76e
-- holds auth.0010_alter_group_name_max_length 0963ed6498ac0b3a8430b6ca34c1b4a4b1d5f55b43d3db902f15a03ff74b14cd
-- holds auth.0011_update_proxy_permissions 85a5dde708dc4b6111e1bc71ce723ecfba7b1f8aedecfd130900ff7782765436
-- holds auth.0012_alter_user_first_name_max_length 6cefbc9f80903763ff8492a537a22836ef69f2227e19d402509b8099d2baecb0
-- holds base.0001_initial 8253dff14506527979fc612c9ccd45cb77abf4cb537a57251ecb397419d5be5d
-- holds cases.0001_initial 1fae271352f675aac635c66f28393155c6008184f589faa3abe94719e1123de9
-- holds cases.0002_transition_trigger 5bd0a321c55cf1cb7fe93e105fc2e0807be2dce5cfd675bf52a496863106db32
-- holds cases.0003_former_parties 039f45ad84355419d8f46b0ae44bc7f32d5ebf2a55feee9b2b6f68651d92632c
-- holds cases.0004_begins_applying b7891d1317aacd0b8e2d27db3ea53e11299b019b84b42b2ef44deb8eca206f2a
-- holds cases.0005_consent_reading ce74e9c611debc83d3c246c3cc856575d0b5e39dbfdf304d71b0fc9757039442
-- holds cases.0006_consents_of_a_group 273d684feecd72382c9199a9787d8f1387aaba1cf879ab29d3ed2df349ac7af3
-- holds cases.0007_a_companys_own_seal 216d80629f38bc2cb2524877a922ee648834ccfcc0fd08dc75f979937cc1aad8
-- holds cases.0008_prefilled_fields dc41c2c6126f7d9e5b4adb2082bf021ce7834c86b3333d6109a011eb79dc1ae0
-- holds cases.0009_a_consent_taken_back f2dee6e1d21676aafb77b20b82960ff6231c2a4a4456e70b1c60db5e3bc837ba
-- holds cases.0010_held_before_the_seal 45b60d5977f146520392cbcaeac5e72f75e281b2a85fe5b5b2ce15fa1fbdf639
-- holds chronicle.0001_initial 5ad387f9d70c3a94ab0469723b9d3c50d7ad99f44f2764e6cefe0de786c46130
-- holds conduct.0001_sales_conduct 675ac46cbc01c4c6105c48d9d97ca3c4f03ba030bb98287d0e557426369e6b95
-- holds conduct.0002_meetings_of_signers 3b563951e9ec42b82138b972cea099e51a8f7f817f66dfc4ceb2d88381af7b37
-- holds conduct.0003_two_people_change_the_rule a99532445df5e651f9786954500887c6137e232ebd225fb2e80ff25a94b87bf5
-- holds conduct.0004_every_signer_met 4b657615731a220243772a09cd4317398944d45b5a56375bad34d563c218f1ea
-- holds contenttypes.0001_initial 35ed8489a147e0b42a15c21b5d4f0e8940de6f73fb326e9d6dea91b4d0b953cc
-- holds contenttypes.0002_remove_content_type_name 7d36494075750f0ed3c0f68d0cb1548eba59cc593f52f691f6cc37a043083766
-- holds identity.0001_initial 757e28a7a306ac03a8906cbc9474127237bee37f0d6c2eaf375a857159ef2041
-- holds identity.0002_initial 9ac9dbb1f0c2325d5f05632aff7df0a379bd2f835a35145bda2f91ee575b46d9
-- holds identity.0003_the_ladder c848bf72187aa6839cb1462e68302bd25de6e42eea799875b478c6ea7835ed74
-- holds identity.0004_customer_passkeys 84c725abe23493ae67932c9d64fda25386c532f6dd1ea5bd46316cd73592a7d5
-- holds identity.0005_a_removed_passkey 171809b4c84622adf5102b92c3889e6ab15a541822829ce4e919e97a4330138a
-- holds integrations.0001_initial f9b03844af1337fe0e92fa8e9a3f22c896d39d8ca01f4dde9eaec7d8509725c9
-- holds mfa.0001_initial a42b6353f2ed5dd754d1a8eb76a984cac58e0e587cf3fff131711c289c8a2e20
-- holds mfa.0002_authenticator_timestamps b6566eb07301e2e4042908f789c19ff1dfefb86393773d656bbaef7bbbed234e
-- holds mfa.0003_authenticator_type_uniq 88550a456154080cc3ecddcf8a32af3d81733bb6d56325ea67b201ee9f1ea1a2
-- holds notices.0001_initial 3ee7d4fb2a789b9d53d795b0fcabc7c5f24a7449ef388d18af5b65eef1c3dade
-- holds oauth2_provider.0001_initial e94081f5ebe0e4e72b3ef3cf68befeff5becb79be887cb9e51b174cad37374fc
-- holds oauth2_provider.0002_auto_20190406_1805 5f410f5788726f0b1799b8f0b38cb37942c8cfde60099579d9bdfc10a33e5bc4
-- holds oauth2_provider.0003_auto_20201211_1314 6b0036bea4e086af73b5c2059bec46909d0106e532d4414f52fddb0c98265741
-- holds oauth2_provider.0004_auto_20200902_2022 db5ce7798b511e37bfb521fbfd3763a8a6d2efc82b463c88517cdf7a95dc2854
-- holds oauth2_provider.0005_auto_20211222_2352 e11fbec64cca63dfc766fb7eb8479769c277cb79aba3e84fbf9b07ea55ec4756
-- holds oauth2_provider.0006_alter_application_client_secret e188e786a6eb19ce89d9456f8adbe49fb2cdc225abd90f299f521394e0f5e3c0
-- holds oauth2_provider.0007_application_post_logout_redirect_uris fd40c19a1d55b1f4e60403d85963ea375f2b59a1ff30c7a27e90d7c343909573
-- holds oauth2_provider.0008_alter_accesstoken_token dc185583a7b98f93f00b4c50c3a435d5fde79f0a9973d0140a7f4f8ad93b8c24
-- holds oauth2_provider.0009_add_hash_client_secret 06c37bff71399f683c0eced349894184be82507462fba2db6231285752e7dd05
-- holds oauth2_provider.0010_application_allowed_origins 414213631b43f23b4a01b1ce313d0173b1ee43e7ef080b6c47ed50c9adf5cf31
-- holds oauth2_provider.0011_refreshtoken_token_family b2d83f87680ebef1b6dadf7e39772fdb5926b1c9205be6b2481445258f4a094b
-- holds oauth2_provider.0012_add_token_checksum c235bb0ac86f47b9ab01c1f39d82101eec80b851587c5ce3e93890b461c8bf06
-- holds oauth2_provider.0013_alter_application_authorization_grant_type_device 8b26274a23588ca9d99abf89cc56c318d5979e4203fc2629cfa092009746d607
-- holds oauth2_provider.0014_alter_help_text 98089577a6daefb20d05e79b2186d0fc10fd086ca1722ad305a33b6a01d8ba9a
-- holds oauth2_provider.0015_refreshtoken_token_checksum 8bff17c0e4b39167ce2824243eba64ffc6fabe3a6d7a6698bf060f97be680caf
-- holds oauth2_provider.0016_alter_devicegrant_scope d3829517abfc4bea6d03eaf086a3397401d18ed7636c4cb8b5768ac3cfee59cd
-- holds oauth2_provider.0017_application_dcr_created ac99ba0b6a74f2738921931f4a9f9e29315f217b3d87b9d608da1fb3a34a8e2c
-- holds oauth2_provider.0018_resource_indicators ba2adac9466069c9eb4cf56067a8a6d1bbc567ebb9fcf140d3e97f90edb6da02
-- holds oauth2_provider.0019_application_registration_source b45dd81d89ebf535454fbbf8f98856c9d1aad1d7ce524edbbcb2c895333da091
-- holds oauth2_provider.0020_cimd_application_fields f98636915773d34baacfc3a19656a94e70cc7c6e114c02969c00e017ec4ea6a9
-- holds oauth2_provider.0021_translatable_field_labels b7798ca7f6b78117e5a57971a1b4a76431a8cbe174910c5fe88d60e4cee099d2
-- holds oauth2_provider.0022_refreshtoken_token_family_index a0f8c91c1ad9acd61db35334cbffea2c916d0abdb135847eef63bf6a0a78e7f4
-- holds parties.0001_initial 7313b4a696eefb3fd62a2e704ec10c1eaff9000a251ab65d2434714606fc43f4
-- holds parties.0002_template_editor bdc50a59ade93458c13cbc6e79badd9224a413834ff84a2c2bea17c2e3813cb4
-- holds parties.0003_passkeys 9cc53f296fba7e7f5d5da9298a402530c463038d1702939ec3a98cad487ff040
-- holds parties.0004_written_names 6a0347f4a5f32aa7c00efac72784f33ec48254c3f5575c6d88dc67f4c64db83a
-- holds parties.0005_sign_on_link d08a61347428ee8cd663ab1d8c0ec11910116bba82ef7fe6a06ca26697c72b31
-- holds parties.0006_delegation b7922c8ddeb9584e0d68bc7aa12961b878ebeb84c1a2f6cf0d6f692fbaa53fde
-- holds parties.0007_organisation ecf78b3c58d8ddcd2afa70cfce0c10593e143afacf291bfbd18531e2dcd4df75
-- holds parties.0008_second_person a64ea016ef2ec96070b7ff59c4e8689bec50528c9ae4630720ffdf19fa3f4eb8
-- holds parties.0009_first_passwords fc2a244f1b095e442f0e82b5f30742e3d085cf40d13810f886b72c4afcf1c783
-- holds parties.0010_badge_photo a6fc443cebebe00d613d40c2de153cc5aebe76969f4b2736cf3320fb8589f4b7
-- holds parties.0011_two_people_change_the_rule 1f5eea3ac7ac37ccf395d25134872e5f6c9b5a678c05e027a907646290365d04
-- holds payments.0001_initial 7169cfc6fea2936b87357cace2aff1e4df24fe7a7741a714579371b2fd30fd46
-- holds payments.0002_callbacks_by_result e654d9bc8321d6a8bb5dcf059d6e1b7af15b9846cdbabbb0de1d139ae4e38805
-- holds payments.0003_refunds 1a82a9c78565ca6152bd67ff937a75544f37f0059a1ea3b71a6415213898052c
-- holds policies.0001_initial c7d89cf29a2ecccaad81e2376eae392b81c7add744829ade89eb03337b2dada9
-- holds policies.0002_claim_decisions b70fc00645eac45deda147ddda2ae31dd0d79b5c729e5b2e7c954ec7e0b8e361
-- holds policies.0003_added_people_consent bce10e07b0aedcb8c63f714fdff1d54fcdf85c075f1eee986fe77791f31e6543
-- holds procrastinate.0001_initial be81516c79d02f264ec27778413d0e4ad6ed3aaf7fd9a2538e74dced70345ef2
-- holds procrastinate.0002_drop_started_at_column 2ead163c1ce2991d8f87dfb33740dee3dc158f027c73db0b51ea58b83ef02cb0
-- holds procrastinate.0003_drop_started_at_column 740f2d8ff02c0bb57aee757639474fdfc78c45805954a7083870618e34d97fa8
-- holds procrastinate.0004_drop_procrastinate_version_table 9f48b76f59a9cc8cbea8c27593dd17b6b77a67f90f8ce1f09392b3747c8dbb0c
-- holds procrastinate.0005_fix_procrastinate_fetch_job 6a8e4055ab8e463d683bcf5eb051836ae13228826aac36c101aa4f6ec6d66664
-- holds procrastinate.0006_fix_trigger_status_events_insert d9d2f532a094aa093a219f77aef2741cdfb287d352a5f48350ee475e9adef955
-- holds procrastinate.0007_add_queueing_lock_column dc12645a882f2067124aa27bc59bd8189a0da3ba333047f1e0d6f23b0ccd3beb
-- holds procrastinate.0008_close_fetch_job_race_condition 74c7c44a68d3c204f2a265238eedec1b936e8d525241a7f70a98b765419a00fa
-- holds procrastinate.0009_add_defer_job_function b9d529f1bb143b0910318efab4e11bafa0f8f8eabed9d39887e0d876b1ab7b3c
-- holds procrastinate.0010_add_procrastinate_periodic_defers bd1aa56a04f86df5da10a0db7f217e736d194a90ab3a01a4f2829685f4975deb
-- holds procrastinate.0011_add_foreign_key_index 25cc0914481114fd4fac8e51c8215e76b42a9e0fc14d5b01335c3f4fa2b2aa3d
-- holds procrastinate.0012_add_locks_to_periodic_defer 7cf8863ace39220c593f1303c86aa4db88434fceb11241f4af77890bbb206661
-- holds procrastinate.0013_fix_procrastinate_defer_periodic_job 4d5072911b8c904c28ceedd83f9726db699a223588935c51ccbdfb29faed9ad9
-- holds procrastinate.0014_add_finish_job_and_retry_job_functions 20ebed9ca30246c80eb5367539d2a55ac3335dd870b3ebc5f6fb37985f2c9b5d
-- holds procrastinate.0015_add_trigger_on_job_deletion 41bec3a5111ff97fe58c593a551d5530aeaa59447331ba1b78ce5170eda24125
-- holds procrastinate.0016_delete_finished_jobs aa4d841aae25c4b1a3434070da3df19fe3853308fd1368ee217d0dc4e39fd52e
-- holds procrastinate.0017_add_checks_to_finish_job fa9f208ddf3368decd72cc2308cd1f07b5ca782bd94577c7776cf24dcec16883
-- holds procrastinate.0018_add_checks_to_retry_job 893bfc867f1594eb09d45dc16ccf30a78c893a656ab1daef05fdbf9c3808901c
-- holds procrastinate.0019_fix_finish_job_compat_issue 4c85f00a990bb3d7d83c93db3d3be534eb0ab26ff322a8e93856dc4de00f8cd2
-- holds procrastinate.0020_add_index_on_procrastinate_jobs 5a93c4ea92b856f5a873cc1fbd6b63e8ea003dec6d92431d0a83604892c821a8
-- holds procrastinate.0021_add_kwargs_to_defer_periodic_job 88dd3371cbdee2ba91eca1c9b708d031a9beb4da8b960d67ec2c059dcdf2f167
-- holds procrastinate.0022_null_locks_excluded 2d5b088f88e89d690a938cb821a7c0187b50f226e42dbb14e19b4fa41f65685d
-- holds procrastinate.0023_remove_old_finish_job_function 89267383eac7bb812e16173728b0071e64c11d19e2a4d2a6bfa37a86ebf2a67a
-- holds procrastinate.0024_job_id_bigint 27108dc62abe637299b0c0c3bc0a69e01deff9c9cde89a7eacc0b49ff5481a51
-- holds procrastinate.0025_add_models 29580ceb9d30811cbc9bc83f593d5ecc87ff03c18676f4b897eab564609f51f1
-- holds procrastinate.0026_add_job_priority 4f7746b8edef802a04526ddb20918f43158821771f86f0033093820826b41d3c
-- holds procrastinate.0027_add_periodic_job_priority 17e24782e5f4b56efe8a3a9170154f93b1dd7d4cfb1a0c0547f2f83c6726cd2b
-- holds procrastinate.0028_add_cancel_states 2831656624aa91659d863de8f9cf48f5fcfe830bba34f341fadb387d06699812
-- holds procrastinate.0029_add_additional_params_to_retry_job 50d48f155234960c55a04cc95cec0a4347cd8ce447e6efadd92873490df77043
-- holds procrastinate.0030_alter_procrastinateevent_options 94486414b944e7071286e235411105978f16c20b76b9225fdcf2b1e89d8fcab8
-- holds procrastinate.0031_add_indexes_for_fetch_job c7235c71c0c003fd728d0ed2c771819cdd7bc010370ea132da7d05b8c9456a46
-- holds procrastinate.0032_pre_cancel_notification 42c97f730f7f0edd305297a59a072a56fcd23faf0170f9cef5a983d4627596ee
-- holds procrastinate.0033_post_cancel_notification 8bd0e84d1e45311ef1d5a850183e2243f8b86527f5d6f90c6305081e2825d966
-- holds procrastinate.0034_pre_add_heartbeat 844ed448222ba8b1dca1e719390da705f77de87a5b4d0d18c652e4605493dd95
-- holds procrastinate.0035_post_add_heartbeat 0cbd71b8406c14f426794a66787704c1b2c6acb84372dee78c138838ed177be0
-- holds procrastinate.0036_add_worker_model f996e8059968a3a44eb331199eb0a8789ffc6f3a57d01a9f93bcaf1b4a1a5613
-- holds procrastinate.0037_pre_batch_defer_jobs 0d7d4294e8aa2749f804962b397ae9d7b392146d838ef0dc608b34dcebefc450
-- holds procrastinate.0038_post_batch_defer_jobs 503152d687e3e49b9ef4f76cb7dd4900bee778b199eae187b571e7dd470e5d0e
-- holds procrastinate.0039_pre_priority_lock_fetch_job aba2087cb2b69233cd1080011f7066edd1d7d6145bb0ba6a94a7f904a768ed36
-- holds procrastinate.0040_pre_retry_failed_job f6d2a552fbbc50880d3f236abae3316591c49da7813333eca55f8b7bba228ded
-- holds procrastinate.0041_post_retry_failed_job 2c8dc359b30362a93ce44822852544045c2688305bdb71bea572645c5dc5a1e9
-- holds products.0001_initial 3ff82a1d96210287a7e9726ce933d4c8af46c1c2b705432c8bdff1697af3f784
-- holds products.0002_versions_never_change 430f062b2bb001583a042b4f73b38087732de3b9267c6882d82f7962b5bfbe5e
-- holds products.0003_definitions_uncompressed 3af52233dcf17f95a09a6cdefc8a60ec62154179112a6ab6c70a56ccafa7be75
-- holds products.0004_leave_the_text 2e922b755dad3122d92668947461b21d1788efc36e2e085d43a6783d5d544b4f
-- holds seals.0001_initial 1783d158561e72c0cb23c10170386241af730daa7acf83fd4cbeba1605a7c251
-- holds seals.0002_register_is_final 7e8937a85217d7d65b4be64f30f1366e9910d947db538dc9307d5e0b83b9dbf9
-- holds seals.0003_certificate_issuer_and_revocation 31d7435ed6ead17f4dac80e38a2d728bc6831a62aa5a2dff9edb98886fbb52dd
-- holds seals.0004_certificate_orders 1aed9ed5ccc03669363ada85683d12db8a7cf0e8c1806ef0e3a013e188e6d113
-- holds seals.0005_revocation_request e4ae415a68ba482e347fa0766734c2f9c058aa61888414ca57c42595fead59e9
-- holds seals.0006_picture_by_one_use_by_another 59a0d06ec6ecbcc7d2e0b2ddb62f1578ace13b95f4d0a5491519d661e1b5740b
-- holds seals.0007_staff_permission d5d544f313b264b82c1b02e460f1666d3e85834d1fca761fdef23de69f579f64
-- holds seals.0008_seal_requests 10788fbc86155f2b70c4be23bb01047c9c9108f4f56d213c09f20e097d84c081
-- holds seals.0009_requests_are_final 9ba6fc3b960debcf47f2ddb891879d396cb6461414dbfb8ec4e71dade5416f86
-- holds seals.0010_increases_and_alerts f0d65b0450feea9e0ff7387e6e778100aaf063846ff5a035d1a05079ba7a2990
-- holds seals.0011_life_of_a_seal c42e47573dc39e2c65da14f6146838425b8b30214b8d3f5145b3816842968c91
-- holds seals.0012_notices_in_doubt 0a99405b8e0ca784ba23dc8ea880dfcaff1ce01cf9a01bc6537c4db0db66b504
-- holds seals.0013_grants_by_passkey 9db1e28ed0d47fae5350c434a8b1d906ea2941144532d556131855129f6e10c6
-- holds seals.0014_grants_of_approvers 557edd4f9a88441b4110de82f6c2971775f46d53491db943416f6d7118bf8bf0
-- holds seals.0015_approvals_known_to_the_keeper d52d9ea5463bf4b5bb6324f02dae419e304fbebd726a70302669a1542cb2d1ae
-- holds seals.0016_ended_passkeys_approve_nothing f10ca24ff575e4f727189ced8454e59185fe5bc47bedf7d7471f8c799260ec1f
-- holds seals.0017_staff_sign_what_they_approved 6d6b4720bf0ded322fd4922dae0f2befc140a90b903c546a3f5870843a6d67fc
-- holds sessions.0001_initial 2aa438e2393ee5135c4dda94bfde65fd49e8300f1c3f93bed25ae3a09f2f69b9
-- holds signing.0001_initial c2318d3a7eec657bd89c3ae22b1c9c0f28071e52223fdf1c10b3a25387dcab06
-- holds signing.0002_links_of_one_browser 3b0efa2184c260b97504e1be13005f8990743b5fb24d3256018c2cfc3a5051bd
-- holds signing.0003_consents_of_a_group fcb35cf41572b7df0ade4fe1afec940be173dc02f79c3fb252c6f0046120b27b
-- holds signing.0004_a_companys_own_seal 066af130b297edb8bac8f3a160d42866c12320d50ef5145399129c1ffc577a8a
-- holds signing.0005_added_people_consent 97245260736e05774f8d2e19e56478fd112c8d59fee25635ef43f396b39c4e3e
-- holds templates.0001_initial 3c26ba7cbbfd3372b857e9c23d2c6b08d14f06119e6ae794d08f977420222916
-- holds templates.0002_versions_never_change 116f33159cdee78073a9fbb824794e903950b4d9f84e897500c40eafb9c5a533
-- holds templates.0003_verification_report b23333ab372bcef3005ad265146154f1a2a8063a2fe0fb5a6026a32182d8990f
-- holds templates.0004_the_standard_set 6002f61df086ed6bb04402c6ae835a93348c7256d31fc8a19f99e5c69e6f91c0
-- holds templates.0005_templates_as_data edaedc1fa0fe92e6c0d3e28dd15ff65972e5e2b95488acb59a540421d8943a19
-- holds templates.0006_checks_as_a_job 0c32e12c82c487e0cf65fe85283d16c0b41fc31cd98077f85e8c73473b379ff1
-- holds templates.0007_files_nobody_holds 7e350267c520c4d4a0c3d8a97c6449d5e7eb576e442a27e233f2dd356c5a9900
-- holds templates.0008_consent_of_insured 23a1e4b43e0b0d0be6d237e08aaf64f3f1856476cd95ff0836b00fa6546f1787
-- holds tracing.0001_initial c543814bf8ef4e7c456158ca0346ba49d5d4c5089d58d1401720b9ae727ab0f8
-- holds underwriting.0001_initial e48377bc488790169b0d10bcb19b0c7fd853393a0f457be19d5d571bf0f794f6
-- holds web.0001_initial 1c1766507c90b8f82085b6dcb4e63deb0bd8c0374b8969fc82f7d75c0a4067b7
-- holds web.0002_staff_log_ins 45ed931062db5d994cb43a7fcdb7de911d160f60cf9e89f99db294834d2fc804
-- below fc140dfab601bc94887c2e12fb3086ebd706fd0a297cf6337515360a607d084c
CREATE TYPE public.procrastinate_job_event_type AS ENUM (
    'deferred',
    'started',
    'deferred_for_retry',
    'failed',
    'succeeded',
    'cancelled',
    'abort_requested',
    'aborted',
    'scheduled',
    'retried'
);

CREATE TYPE public.procrastinate_job_status AS ENUM (
    'todo',
    'doing',
    'succeeded',
    'failed',
    'cancelled',
    'aborting',
    'aborted'
);

CREATE TYPE public.procrastinate_job_to_defer_v1 AS (
	queue_name character varying,
	task_name character varying,
	priority integer,
	lock text,
	queueing_lock text,
	args jsonb,
	scheduled_at timestamp with time zone
);

CREATE FUNCTION public.base_instancefact_is_final() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
            BEGIN
                RAISE EXCEPTION 'a fact about the instance cannot be changed or removed';
            END $$;

CREATE FUNCTION public.cases_check_beginning() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF NEW.state <> 'applying' THEN
    RAISE EXCEPTION 'a case cannot begin as %', NEW.state USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION public.cases_check_transition() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF NEW.state <> OLD.state AND NOT (OLD.state || '>' || NEW.state = ANY (ARRAY['acknowledged>archived', 'applying>expired', 'applying>issuing', 'applying>signing', 'applying>withdrawn', 'awaiting_payment>applying', 'awaiting_payment>expired', 'awaiting_payment>issuing', 'awaiting_payment>withdrawn', 'delivered>acknowledged', 'delivered>archived', 'different>held', 'different>issuing', 'held>applying', 'information_requested>applying', 'information_requested>expired', 'information_requested>underwriting', 'information_requested>withdrawn', 'issuing>different', 'issuing>held', 'issuing>sealed', 'offered>applying', 'offered>awaiting_payment', 'offered>declined', 'offered>expired', 'offered>withdrawn', 'sealed>delivered', 'signing>applying', 'signing>expired', 'signing>underwriting', 'signing>withdrawn', 'underwriting>applying', 'underwriting>awaiting_payment', 'underwriting>declined', 'underwriting>information_requested', 'underwriting>offered', 'underwriting>postponed', 'underwriting>withdrawn'])) THEN
    RAISE EXCEPTION 'a case cannot go from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION public.identity_passkey_guard() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (NEW.id, NEW.insurer_id, NEW.subject_hash, NEW.credential_hash, NEW.data, NEW.created_at)
        IS DISTINCT FROM (OLD.id, OLD.insurer_id, OLD.subject_hash, OLD.credential_hash, OLD.data, OLD.created_at) THEN
        RAISE EXCEPTION 'a passkey never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.removed_at IS NOT NULL AND NEW.removed_at IS DISTINCT FROM OLD.removed_at THEN
        RAISE EXCEPTION 'a removed passkey stays removed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.identity_question_guard() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.used_at IS NOT NULL THEN
            RAISE EXCEPTION 'an answered question stays' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    -- A party may leave the case; nothing else of an answered question changes.
    IF OLD.used_at IS NOT NULL AND (to_jsonb(NEW) - 'party_id') IS DISTINCT FROM (to_jsonb(OLD) - 'party_id') THEN
        RAISE EXCEPTION 'a question is answered once' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.id, NEW.case_id, NEW.purpose, NEW.subject, NEW.shown_digest, NEW.wording_digest, NEW.nonce, NEW.rp_id, NEW.origin, NEW.expires_at)
        IS DISTINCT FROM
        (OLD.id, OLD.case_id, OLD.purpose, OLD.subject, OLD.shown_digest, OLD.wording_digest, OLD.nonce, OLD.rp_id, OLD.origin, OLD.expires_at) THEN
        RAISE EXCEPTION 'what a question stands for never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.parties_branch_guard() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NEW.parent_id IS NULL THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM parties_branch WHERE id = NEW.parent_id AND insurer_id = NEW.insurer_id) THEN
        RAISE EXCEPTION 'a branch lies under one of its own insurer' USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (
        WITH RECURSIVE above(id, parent_id) AS (
            SELECT id, parent_id FROM parties_branch WHERE id = NEW.parent_id
            UNION SELECT b.id, b.parent_id FROM parties_branch b JOIN above ON b.id = above.parent_id
        ) SELECT 1 FROM above WHERE id = NEW.id
    ) THEN
        RAISE EXCEPTION 'a branch does not lie under itself' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.parties_challenge_guard() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF OLD.used_at IS NOT NULL THEN
        RAISE EXCEPTION 'a challenge is used once' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF (NEW.id, NEW.purpose, NEW.user_id, NEW.subject, NEW.shown_digest, NEW.decision, NEW.detail_digest, NEW.nonce, NEW.rp_id, NEW.origin, NEW.expires_at)
        IS DISTINCT FROM
        (OLD.id, OLD.purpose, OLD.user_id, OLD.subject, OLD.shown_digest, OLD.decision, OLD.detail_digest, OLD.nonce, OLD.rp_id, OLD.origin, OLD.expires_at) THEN
        RAISE EXCEPTION 'what a challenge stands for never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.parties_delegation_guard() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL
        OR (NEW.id, NEW.authority, NEW.giver_id, NEW.receiver_id, NEW.valid_from, NEW.valid_to, NEW.reason, NEW.created_at)
        IS DISTINCT FROM (OLD.id, OLD.authority, OLD.giver_id, OLD.receiver_id, OLD.valid_from, OLD.valid_to, OLD.reason, OLD.created_at) THEN
        RAISE EXCEPTION 'a delegation ends once and else never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.parties_passkey_guard() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL
        OR (NEW.id, NEW.user_id, NEW.credential_hash, NEW.data, NEW.created_at)
        IS DISTINCT FROM (OLD.id, OLD.user_id, OLD.credential_hash, OLD.data, OLD.created_at) THEN
        RAISE EXCEPTION 'a passkey ends once and else never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.procrastinate_cancel_job_v1(job_id bigint, abort boolean, delete_job boolean) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status = 'todo'
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        IF abort THEN
            UPDATE procrastinate_jobs
            SET abort_requested = true,
                status = CASE status
                    WHEN 'todo' THEN 'cancelled'::procrastinate_job_status ELSE status
                END
            WHERE id = job_id AND status IN ('todo', 'doing')
            RETURNING id INTO _job_id;
        ELSE
            UPDATE procrastinate_jobs
            SET status = 'cancelled'::procrastinate_job_status
            WHERE id = job_id AND status = 'todo'
            RETURNING id INTO _job_id;
        END IF;
    END IF;
    RETURN _job_id;
END;
$$;

CREATE FUNCTION public.procrastinate_defer_jobs_v1(jobs public.procrastinate_job_to_defer_v1[]) RETURNS bigint[]
    LANGUAGE plpgsql
    AS $$
DECLARE
    job_ids bigint[];
BEGIN
    WITH inserted_jobs AS (
        INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
        SELECT (job).queue_name,
               (job).task_name,
               (job).priority,
               (job).lock,
               (job).queueing_lock,
               (job).args,
               (job).scheduled_at
        FROM unnest(jobs) AS job
        RETURNING id
    )
    SELECT array_agg(id) FROM inserted_jobs INTO job_ids;

    RETURN job_ids;
END;
$$;

CREATE FUNCTION public.procrastinate_defer_periodic_job_v2(_queue_name character varying, _lock character varying, _queueing_lock character varying, _task_name character varying, _priority integer, _periodic_id character varying, _defer_timestamp bigint, _args jsonb) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN
    INSERT
        INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
        VALUES (_task_name, _periodic_id, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;

    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;

    UPDATE procrastinate_periodic_defers
        SET job_id = (
            SELECT COALESCE((
                SELECT unnest(procrastinate_defer_jobs_v1(
                    ARRAY[
                        ROW(
                            _queue_name,
                            _task_name,
                            _priority,
                            _lock,
                            _queueing_lock,
                            _args,
                            NULL::timestamptz
                        )
                    ]::procrastinate_job_to_defer_v1[]
                ))
            ), NULL)
        )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;

    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.periodic_id = _periodic_id
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;

    RETURN _job_id;
END;
$$;

CREATE TABLE public.procrastinate_jobs (
    id bigint NOT NULL,
    queue_name character varying(128) NOT NULL,
    task_name character varying(128) NOT NULL,
    lock text,
    args jsonb DEFAULT '{}'::jsonb NOT NULL,
    status public.procrastinate_job_status DEFAULT 'todo'::public.procrastinate_job_status NOT NULL,
    scheduled_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    queueing_lock text,
    priority integer DEFAULT 0 NOT NULL,
    abort_requested boolean DEFAULT false NOT NULL,
    worker_id bigint,
    CONSTRAINT check_not_todo_abort_requested CHECK ((NOT ((status = 'todo'::public.procrastinate_job_status) AND (abort_requested = true))))
);

CREATE FUNCTION public.procrastinate_fetch_job_v2(target_queue_names character varying[], p_worker_id bigint) RETURNS public.procrastinate_jobs
    LANGUAGE plpgsql
    AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier or higher priority jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS other_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND other_jobs.lock = jobs.lock
                            AND (
                                -- job with same lock is already running
                                other_jobs.status = 'doing'
                                OR
                                -- job with same lock is waiting and has higher priority (or same priority but was queued first)
                                (
                                    other_jobs.status = 'todo'
                                    AND (
                                        other_jobs.priority > jobs.priority
                                        OR (
                                        other_jobs.priority = jobs.priority
                                        AND other_jobs.id < jobs.id
                                        )
                                    )
                                )
                            )
                )
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.priority DESC, jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing', worker_id = p_worker_id
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;

 RETURN found_jobs;
END;
$$;

CREATE FUNCTION public.procrastinate_finish_job_v1(job_id bigint, end_status public.procrastinate_job_status, delete_job boolean) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed', 'aborted') THEN
        RAISE 'End status should be either "succeeded", "failed" or "aborted" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            abort_requested = false,
            attempts = CASE status
                WHEN 'doing' THEN attempts + 1 ELSE attempts
            END
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" or "todo" status (job id: %)', job_id;
    END IF;
END;
$$;

CREATE FUNCTION public.procrastinate_notify_queue_abort_job_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'abort_job_requested', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_notify_queue_job_inserted_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'job_inserted', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_prune_stalled_workers_v1(seconds_since_heartbeat double precision) RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    DELETE FROM procrastinate_workers
    WHERE last_heartbeat < NOW() - (seconds_since_heartbeat || 'SECOND')::INTERVAL
    RETURNING procrastinate_workers.id;
END;
$$;

CREATE FUNCTION public.procrastinate_register_worker_v1() RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    INSERT INTO procrastinate_workers DEFAULT VALUES
    RETURNING procrastinate_workers.id;
END;
$$;

CREATE FUNCTION public.procrastinate_retry_job_v1(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
BEGIN
    SELECT abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status = 'doing'
    FOR UPDATE
    INTO _abort_requested;
    IF _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" status (job id: %)', job_id;
    END IF;
END;
$$;

CREATE FUNCTION public.procrastinate_retry_job_v2(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
    _current_status procrastinate_job_status;
BEGIN
    SELECT status, abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status IN ('doing', 'failed')
    FOR UPDATE
    INTO _current_status, _abort_requested;
    IF _current_status = 'doing' AND _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status IN ('doing', 'failed')
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or has an invalid status to retry (job id: %)', job_id;
    END IF;

END;
$$;

CREATE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'abort_requested'::procrastinate_job_event_type);
    RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type, at)
        VALUES (NEW.id, 'scheduled'::procrastinate_job_event_type, NEW.scheduled_at);

	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'deferred'::procrastinate_job_event_type);
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_trigger_function_status_events_update_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    WITH t AS (
        SELECT CASE
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND NEW.status = 'doing'::procrastinate_job_status
                THEN 'started'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'deferred_for_retry'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'failed'::procrastinate_job_status
                THEN 'failed'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'succeeded'::procrastinate_job_status
                THEN 'succeeded'::procrastinate_job_event_type
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND (
                    NEW.status = 'cancelled'::procrastinate_job_status
                    OR NEW.status = 'failed'::procrastinate_job_status
                    OR NEW.status = 'succeeded'::procrastinate_job_status
                )
                THEN 'cancelled'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'aborted'::procrastinate_job_status
                THEN 'aborted'::procrastinate_job_event_type
            WHEN OLD.status = 'failed'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'retried'::procrastinate_job_event_type
            ELSE NULL
        END as event_type
    )
    INSERT INTO procrastinate_events(job_id, type)
        SELECT NEW.id, t.event_type
        FROM t
        WHERE t.event_type IS NOT NULL;
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_unlink_periodic_defers_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_periodic_defers
    SET job_id = NULL
    WHERE job_id = OLD.id;
    RETURN OLD;
END;
$$;

CREATE FUNCTION public.procrastinate_unregister_worker_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM procrastinate_workers
    WHERE id = worker_id;
END;
$$;

CREATE FUNCTION public.procrastinate_update_heartbeat_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_workers
    SET last_heartbeat = NOW()
    WHERE id = worker_id;
END;
$$;

CREATE FUNCTION public.products_version_guard() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a published product version cannot be deleted';
    END IF;
    IF OLD.retired_at IS NOT NULL
       OR (to_jsonb(NEW) - 'retired_at') IS DISTINCT FROM (to_jsonb(OLD) - 'retired_at') THEN
        RAISE EXCEPTION 'a published product version cannot be changed';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.seals_approval_is_proven() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    IF NEW.proof IS NULL OR NOT seals_weaker_stands(NEW.proof, NEW.approved_by, NEW.basis, CASE NEW.kind WHEN 'staff' THEN NEW.proof ->> 'shown' ELSE NEW.shown_digest END) THEN
        RAISE EXCEPTION 'no code that the keeper made stands behind this approval' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.seals_certificate_guard() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.revoked_at IS NOT NULL OR NEW.revoked_at IS NULL
        OR (to_jsonb(NEW) - '{revoked_at,suspected_since,revocation_code,revocation_reason,revoked_by_id}'::text[])
        IS DISTINCT FROM (to_jsonb(OLD) - '{revoked_at,suspected_since,revocation_code,revocation_reason,revoked_by_id}'::text[]) THEN
        RAISE EXCEPTION 'a certificate is revoked once and else never changed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.seals_decision_guard() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    asked seals_sealrequest%ROWTYPE;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'a decision about a seal is never changed or deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.decision <> 'comment' THEN
        SELECT * INTO asked FROM seals_sealrequest WHERE id = NEW.request_id;
        IF asked.state <> 'waiting' OR asked.list_digest <> NEW.list_digest OR asked.requested_by_id IN (NEW.by_id, NEW.seat)
            OR NOT asked.rule -> 'approvers' ? NEW.seat::text THEN
            RAISE EXCEPTION 'this decision is not hers, or not of this list' USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.seals_decision_is_proven() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    IF NOT seals_weaker_stands(NEW.proof, NEW.by_id, NEW.request_id, NEW.list_digest) THEN
        RAISE EXCEPTION 'no code that the keeper made approves this request' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.seals_grant_guard() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a grant is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.id, NEW.seal_id, NEW.document_kinds, NEW.products, NEW.max_amount, NEW.daily_limit, NEW.valid_from, NEW.valid_to, NEW.reason,
        NEW.terms_digest, NEW.requested_by_id, NEW.requested_at)
        IS DISTINCT FROM (OLD.id, OLD.seal_id, OLD.document_kinds, OLD.products, OLD.max_amount, OLD.daily_limit, OLD.valid_from,
        OLD.valid_to, OLD.reason, OLD.terms_digest, OLD.requested_by_id, OLD.requested_at)
        OR (OLD.first_approver_id IS NOT NULL AND (NEW.first_approver_id, NEW.first_approved_at, NEW.first_proof)
        IS DISTINCT FROM (OLD.first_approver_id, OLD.first_approved_at, OLD.first_proof))
        OR (OLD.second_approver_id IS NOT NULL AND (NEW.second_approver_id, NEW.second_approved_at, NEW.second_proof)
        IS DISTINCT FROM (OLD.second_approver_id, OLD.second_approved_at, OLD.second_proof)) THEN
        RAISE EXCEPTION 'what was asked and approved of a grant never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> NEW.state AND NOT ((OLD.state, NEW.state) IN (('requested', 'active'), ('requested', 'rejected'), ('active', 'revoked')))
        THEN
        RAISE EXCEPTION 'a grant does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.seals_grant_is_proven() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    IF NOT (seals_weaker_stands(NEW.first_proof, NEW.first_approver_id, NEW.id, NEW.terms_digest)
        AND seals_weaker_stands(NEW.second_proof, NEW.second_approver_id, NEW.id, NEW.terms_digest)) THEN
        RAISE EXCEPTION 'no code that the keeper made approves this grant' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.seals_grant_of_approver() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM parties_staffmember person JOIN seals_seal seal ON seal.insurer_id = person.insurer_id
        WHERE seal.id = NEW.seal_id AND person.id IN (NEW.first_approver_id, NEW.second_approver_id)
        AND person.active AND 'approver' = ANY (person.roles)) THEN
        RAISE EXCEPTION 'one of the two who approve a grant is an approver' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.seals_increase_is_proven() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    IF NOT seals_weaker_stands(NEW.proof, NEW.decided_by_id, NEW.id, NEW.digest) THEN
        RAISE EXCEPTION 'no passkey that the keeper knows approves this increase' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.seals_item_guard() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a document of a request is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.id, NEW.request_id, NEW.position, NEW.shown_digest, NEW.shown_key, NEW.size, NEW.pages, NEW.zone)
        IS DISTINCT FROM (OLD.id, OLD.request_id, OLD.position, OLD.shown_digest, OLD.shown_key, OLD.size, OLD.pages, OLD.zone)
        OR OLD.state = 'sealed' THEN
        RAISE EXCEPTION 'a document that was sent in or sealed never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'sealed' AND NOT EXISTS (
        SELECT 1 FROM seals_sealuse used JOIN seals_sealpermission permit ON permit.id = used.permission_id
        WHERE permit.document = NEW.id AND used.state = 'stored' AND used.revision_digest = NEW.sealed_digest) THEN
        RAISE EXCEPTION 'only what the register holds is sealed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.seals_permission_guard() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    RAISE EXCEPTION 'a permission to sign is never changed or deleted' USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION public.seals_permission_of_request() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    IF NEW.kind = 'request' AND NOT EXISTS (
        SELECT 1 FROM seals_sealrequest asked JOIN seals_sealrequestitem item ON item.request_id = asked.id
        WHERE asked.id = NEW.request_id AND asked.state = 'approved' AND asked.seal_id = NEW.seal_id
        AND item.id = NEW.document AND item.shown_digest = NEW.shown_digest AND NEW.expires_at <= asked.use_until) THEN
        RAISE EXCEPTION 'a permission of a request needs its approval' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.seals_proof_guard() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    IF TG_OP = 'DELETE' OR TG_TABLE_NAME = 'seals_knownpasskey' THEN
        RAISE EXCEPTION 'what the keeper knows of an approval stays' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.proven_at IS NOT NULL OR NEW.tries < OLD.tries
        OR (NEW.id, NEW.method, NEW.subject, NEW.by_id, NEW.shown_digest, NEW.code_hash, NEW.made_at, NEW.expires_at)
        IS DISTINCT FROM (OLD.id, OLD.method, OLD.subject, OLD.by_id, OLD.shown_digest, OLD.code_hash, OLD.made_at, OLD.expires_at) THEN
        RAISE EXCEPTION 'a code is entered once and else never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.seals_request_guard() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    wanted integer := jsonb_array_length(NEW.rule -> 'approvers');
    given integer;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a request for a seal is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.id, NEW.number, NEW.insurer_id, NEW.branch_id, NEW.seal_id, NEW.document_kind, NEW.title, NEW.amount, NEW.cross_page, NEW.rule,
        NEW.reason_digest, NEW.list_digest, NEW.requested_by_id, NEW.requested_at, NEW.decide_until)
        IS DISTINCT FROM (OLD.id, OLD.number, OLD.insurer_id, OLD.branch_id, OLD.seal_id, OLD.document_kind, OLD.title, OLD.amount,
        OLD.cross_page, OLD.rule, OLD.reason_digest, OLD.list_digest, OLD.requested_by_id, OLD.requested_at, OLD.decide_until)
        OR (OLD.use_until IS NOT NULL AND NEW.use_until IS DISTINCT FROM OLD.use_until)
        OR (OLD.decided_at IS NOT NULL AND NEW.decided_at IS DISTINCT FROM OLD.decided_at) THEN
        RAISE EXCEPTION 'what was asked of a seal never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> NEW.state AND NOT ((OLD.state, NEW.state) IN (('waiting', 'approved'), ('waiting', 'refused'), ('waiting', 'withdrawn'),
        ('waiting', 'expired'), ('approved', 'done'), ('approved', 'withdrawn'), ('approved', 'expired'), ('done', 'approved'))) THEN
        RAISE EXCEPTION 'a request for a seal does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'waiting' AND NEW.state = 'approved' THEN
        SELECT count(*) INTO given FROM seals_sealrequestdecision said WHERE said.request_id = NEW.id AND said.decision = 'approve';
        IF given < (CASE WHEN NEW.rule ->> 'mode' = 'any' THEN 1 ELSE wanted END) THEN
            RAISE EXCEPTION 'a request is approved by the people of its rule' USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.seals_rule_guard() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state = 'ended'
        OR (NEW.id, NEW.insurer_id, NEW.branch_id, NEW.seal_id, NEW.min_amount, NEW.mode, NEW.approvers, NEW.proposed_by_id)
        IS DISTINCT FROM (OLD.id, OLD.insurer_id, OLD.branch_id, OLD.seal_id, OLD.min_amount, OLD.mode, OLD.approvers, OLD.proposed_by_id)
        OR (OLD.state = 'active' AND NEW.state = 'proposed') THEN
        RAISE EXCEPTION 'a rule is put in force and ended, never changed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.seals_seal_guard() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    IF NEW.requested_by_id IS DISTINCT FROM OLD.requested_by_id THEN
        RAISE EXCEPTION 'who asked for a seal never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> NEW.state AND (OLD.state = 'destroyed' OR (OLD.state = 'retired' AND NEW.state <> 'destroyed')
        OR NEW.state = 'requested' OR (NEW.state = 'reviewed' AND OLD.state <> 'requested')
        OR (NEW.state = 'destroyed' AND NOT EXISTS (
            SELECT 1 FROM seals_sealending WHERE seal_id = NEW.id AND kind = 'destroy' AND state = 'done'))) THEN
        RAISE EXCEPTION 'a seal does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.seals_seal_stays() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    RAISE EXCEPTION 'a seal is its insurer''s for ever' USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION public.seals_use_guard() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a use of a seal is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.id, NEW.permission_id, NEW.seal_id, NEW.grant_id, NEW.shown_digest, NEW.range_digest, NEW.started_at)
        IS DISTINCT FROM (OLD.id, OLD.permission_id, OLD.seal_id, OLD.grant_id, OLD.shown_digest, OLD.range_digest, OLD.started_at) THEN
        RAISE EXCEPTION 'what a use of a seal was meant for never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT ((OLD.state, NEW.state) IN (('intent', 'signed'), ('intent', 'failed'), ('intent', 'abandoned'), ('signed', 'stored'), ('signed', 'abandoned'))) THEN
        RAISE EXCEPTION 'a use of a seal does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    -- Who may not write a use (the application) may only close a signed one.
    IF NEW.state <> 'stored' AND NOT has_table_privilege(current_user, TG_RELID, 'INSERT') THEN
        RAISE EXCEPTION 'only the keeper moves a use to %', NEW.state USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.state <> 'signed' AND (NEW.certificate_serial, NEW.certificate_sha256, NEW.key_id, NEW.level, NEW.signed_at)
        IS DISTINCT FROM (OLD.certificate_serial, OLD.certificate_sha256, OLD.key_id, OLD.level, OLD.signed_at) THEN
        RAISE EXCEPTION 'the facts of a signature never change' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> 'stored' AND (NEW.revision_digest, NEW.stored_at) IS DISTINCT FROM (OLD.revision_digest, OLD.stored_at) THEN
        RAISE EXCEPTION 'only a stored use has a revision' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.seals_weaker_stands(proof jsonb, person uuid, subject uuid, shown text) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'public', 'pg_temp'
    AS $_$
    SELECT CASE
        WHEN proof ->> 'method' IN ('operator', 'password+totp') THEN EXISTS (
            SELECT 1 FROM base_instancefact fact WHERE fact.name = 'demo' AND fact.value = 'true'::jsonb)
        WHEN proof ->> 'method' IN ('password+sms', 'session') THEN EXISTS (
            SELECT 1 FROM seals_weakerproof known WHERE known.method = proof ->> 'method' AND known.subject = $3 AND known.by_id = $2
            AND known.shown_digest = $4 AND known.proven_at IS NOT NULL)
        WHEN proof ? 'passkey' THEN EXISTS (
            SELECT 1 FROM seals_knownpasskey known JOIN parties_passkey key ON key.id = known.passkey_id
            WHERE known.passkey_id = (proof ->> 'passkey')::uuid AND known.staff_id = $2 AND key.ended_at IS NULL)
        ELSE true END
$_$;

CREATE FUNCTION public.templates_file_may_go() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    RAISE EXCEPTION 'a template''s file is never changed' USING ERRCODE = 'check_violation';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('templates files', 0));
  IF EXISTS (SELECT 1 FROM templates_templateversion v, jsonb_each_text(v.files) f WHERE f.value = OLD.sha256) THEN
    RAISE EXCEPTION 'a version of a template holds this file' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN OLD;
END $$;

CREATE FUNCTION public.templates_files_are_kept() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtextextended('templates files', 0));
  IF EXISTS (SELECT 1 FROM jsonb_each_text(NEW.files) f WHERE NOT EXISTS
      (SELECT 1 FROM templates_templatefile t WHERE t.sha256 = f.value)) THEN
    RAISE EXCEPTION 'a version of a template names a file that is not kept' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION public.templates_is_final() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION 'a wording and a template''s file are never changed' USING ERRCODE = 'check_violation';
END $$;

CREATE FUNCTION public.templates_version_is_final() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.state = 'draft' THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'only a draft of a template is deleted' USING ERRCODE = 'check_violation';
  END IF;
  IF (OLD.state, NEW.state) NOT IN (('draft', 'draft'), ('draft', 'review'), ('review', 'draft'), ('review', 'published'),
      ('published', 'retired')) AND NOT (OLD.number IS NULL AND OLD.state = 'retired' AND NEW.state = 'published') THEN
    RAISE EXCEPTION 'a template version does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.state <> 'draft' AND NEW.state <> 'draft' AND
      (OLD.id, OLD.template_id, OLD.language, OLD.number, OLD.digest, OLD.content, OLD.json_schema, OLD.files, OLD.settings,
       OLD.samples, OLD.standard, OLD.note, OLD.base_id, OLD.authors, OLD.checks, OLD.submitted_by_id, OLD.submitted_at, OLD.registered_at)
      IS DISTINCT FROM
      (NEW.id, NEW.template_id, NEW.language, NEW.number, NEW.digest, NEW.content, NEW.json_schema, NEW.files, NEW.settings,
       NEW.samples, NEW.standard, NEW.note, NEW.base_id, NEW.authors, NEW.checks, NEW.submitted_by_id, NEW.submitted_at, NEW.registered_at)
  THEN
    RAISE EXCEPTION 'a template version is never changed' USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.state IN ('published', 'retired') AND
      (OLD.reviewed_by_id, OLD.reviewed_at, OLD.review_comment) IS DISTINCT FROM (NEW.reviewed_by_id, NEW.reviewed_at, NEW.review_comment)
  THEN
    RAISE EXCEPTION 'a template version is never changed' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TABLE public.account_emailaddress (
    id integer NOT NULL,
    email character varying(254) NOT NULL,
    verified boolean NOT NULL,
    "primary" boolean NOT NULL,
    user_id integer NOT NULL
);

ALTER TABLE public.account_emailaddress ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.account_emailaddress_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.account_emailconfirmation (
    id integer NOT NULL,
    created timestamp with time zone NOT NULL,
    sent timestamp with time zone,
    key character varying(64) NOT NULL,
    email_address_id integer NOT NULL
);

ALTER TABLE public.account_emailconfirmation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.account_emailconfirmation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.archive_archiveentry (
    id uuid NOT NULL,
    number smallint NOT NULL,
    manifest jsonb NOT NULL,
    manifest_digest character varying(64) NOT NULL,
    timestamp_token bytea NOT NULL,
    retention_until date,
    retention_basis character varying(200) NOT NULL,
    archived_at timestamp with time zone NOT NULL,
    case_id uuid NOT NULL,
    CONSTRAINT archive_archiveentry_number_check CHECK ((number >= 0))
);

CREATE TABLE public.archive_preservedfile (
    id uuid NOT NULL,
    number smallint NOT NULL,
    level character varying(8) NOT NULL,
    signed_sha256 character varying(64) NOT NULL,
    sha256 character varying(64) NOT NULL,
    size integer NOT NULL,
    blob_key character varying(200) NOT NULL,
    timestamped_until timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    document_id uuid NOT NULL,
    CONSTRAINT archive_preservedfile_number_check CHECK ((number >= 0)),
    CONSTRAINT archive_preservedfile_size_check CHECK ((size >= 0))
);

CREATE TABLE public.archive_preservingfault (
    document_id uuid NOT NULL,
    code character varying(40) NOT NULL,
    detail character varying(400) NOT NULL,
    tries integer NOT NULL,
    since timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL,
    looked_at timestamp with time zone,
    looked_by_id uuid,
    looked_why character varying(200) NOT NULL,
    reasons jsonb NOT NULL,
    CONSTRAINT archive_fault_looked_at_by_somebody CHECK ((((looked_at IS NULL) AND (looked_by_id IS NULL) AND ((looked_why)::text = ''::text)) OR ((looked_at IS NOT NULL) AND (looked_by_id IS NOT NULL) AND (NOT ((looked_why)::text = ''::text))))),
    CONSTRAINT archive_preservingfault_tries_check CHECK ((tries >= 0))
);

CREATE TABLE public.auth_group (
    id integer NOT NULL,
    name character varying(150) NOT NULL
);

ALTER TABLE public.auth_group ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_group_permissions (
    id bigint NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);

ALTER TABLE public.auth_group_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_permission (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    content_type_id integer NOT NULL,
    codename character varying(100) NOT NULL
);

ALTER TABLE public.auth_permission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_permission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_user (
    id integer NOT NULL,
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    is_superuser boolean NOT NULL,
    username character varying(150) NOT NULL,
    first_name character varying(150) NOT NULL,
    last_name character varying(150) NOT NULL,
    email character varying(254) NOT NULL,
    is_staff boolean NOT NULL,
    is_active boolean NOT NULL,
    date_joined timestamp with time zone NOT NULL
);

CREATE TABLE public.auth_user_groups (
    id bigint NOT NULL,
    user_id integer NOT NULL,
    group_id integer NOT NULL
);

ALTER TABLE public.auth_user_groups ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_user_groups_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE public.auth_user ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_user_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_user_user_permissions (
    id bigint NOT NULL,
    user_id integer NOT NULL,
    permission_id integer NOT NULL
);

ALTER TABLE public.auth_user_user_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_user_user_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.base_datakey (
    id uuid NOT NULL,
    purpose character varying(40) NOT NULL,
    wrapped bytea NOT NULL,
    master character varying(16) NOT NULL,
    created_at timestamp with time zone NOT NULL
);

CREATE TABLE public.base_instancefact (
    name character varying(40) NOT NULL,
    value jsonb NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);

CREATE TABLE public.base_jobfailure (
    id bigint NOT NULL,
    job_id bigint NOT NULL,
    task character varying(128) NOT NULL,
    attempt integer NOT NULL,
    error character varying(200) NOT NULL,
    code character varying(60) NOT NULL,
    message character varying(500) NOT NULL,
    place text NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT base_jobfailure_attempt_check CHECK ((attempt >= 0))
);

ALTER TABLE public.base_jobfailure ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.base_jobfailure_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.cases_application (
    id uuid NOT NULL,
    version smallint NOT NULL,
    data bytea NOT NULL,
    digest character varying(64) NOT NULL,
    sum_insured bigint,
    premium bigint,
    currency character varying(3) NOT NULL,
    presented_at timestamp with time zone,
    prefilled_by_staff boolean NOT NULL,
    case_id uuid NOT NULL,
    prefilled jsonb NOT NULL,
    CONSTRAINT cases_application_version_check CHECK ((version >= 0))
);

CREATE TABLE public.cases_case (
    id uuid NOT NULL,
    number character varying(12) NOT NULL,
    state character varying(24) NOT NULL,
    state_since timestamp with time zone NOT NULL,
    channel character varying(16) NOT NULL,
    language character varying(8) NOT NULL,
    client_id character varying(100) NOT NULL,
    external_id character varying(100) NOT NULL,
    deadline_at timestamp with time zone,
    blocked_by character varying(64) NOT NULL,
    blocked_reason character varying(400) NOT NULL,
    applied_at timestamp with time zone NOT NULL,
    application_signed_at timestamp with time zone,
    accepted_at timestamp with time zone,
    premium_paid_at timestamp with time zone,
    issued_at timestamp with time zone,
    sealed_at timestamp with time zone,
    delivered_at timestamp with time zone,
    receipt_signed_at timestamp with time zone,
    branch_id uuid NOT NULL,
    data_key_id uuid NOT NULL,
    insurer_id uuid NOT NULL,
    owner_id uuid,
    product_id uuid NOT NULL,
    salesperson_id uuid,
    CONSTRAINT cases_known_state CHECK (((state)::text = ANY ((ARRAY['applying'::character varying, 'signing'::character varying, 'underwriting'::character varying, 'information_requested'::character varying, 'offered'::character varying, 'awaiting_payment'::character varying, 'issuing'::character varying, 'different'::character varying, 'held'::character varying, 'sealed'::character varying, 'delivered'::character varying, 'acknowledged'::character varying, 'archived'::character varying, 'postponed'::character varying, 'declined'::character varying, 'withdrawn'::character varying, 'expired'::character varying])::text[])))
);

CREATE TABLE public.cases_caseparty (
    id uuid NOT NULL,
    role character varying(16) NOT NULL,
    "position" smallint NOT NULL,
    personal bytea NOT NULL,
    name_hash character varying(64) NOT NULL,
    id_hash character varying(64) NOT NULL,
    phone_hash character varying(64) NOT NULL,
    case_id uuid NOT NULL,
    former boolean NOT NULL,
    CONSTRAINT cases_caseparty_position_check CHECK (("position" >= 0))
);

CREATE TABLE public.cases_casestep (
    id bigint NOT NULL,
    round smallint NOT NULL,
    name character varying(24) NOT NULL,
    digest character varying(64) NOT NULL,
    done_at timestamp with time zone NOT NULL,
    case_id uuid NOT NULL,
    party_id uuid,
    CONSTRAINT cases_casestep_round_check CHECK ((round >= 0))
);

ALTER TABLE public.cases_casestep ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cases_casestep_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.cases_consent (
    id bigint NOT NULL,
    signer_role character varying(16) NOT NULL,
    key character varying(40) NOT NULL,
    version character varying(16) NOT NULL,
    text_digest character varying(64) NOT NULL,
    given_at timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone,
    case_id uuid NOT NULL,
    party_id uuid,
    reading jsonb NOT NULL
);

ALTER TABLE public.cases_consent ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cases_consent_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.cases_document (
    id uuid NOT NULL,
    kind character varying(32) NOT NULL,
    title character varying(120) NOT NULL,
    code character varying(20) NOT NULL,
    subject character varying(64) NOT NULL,
    language character varying(8) NOT NULL,
    template_digest character varying(64) NOT NULL,
    data_digest character varying(64) NOT NULL,
    closed_at timestamp with time zone,
    void boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    case_id uuid NOT NULL
);

CREATE TABLE public.cases_revision (
    id uuid NOT NULL,
    number smallint NOT NULL,
    kind character varying(12) NOT NULL,
    signed_by character varying(16) NOT NULL,
    sha256 character varying(64) NOT NULL,
    size integer NOT NULL,
    blob_key character varying(200) NOT NULL,
    pages smallint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    document_id uuid NOT NULL,
    CONSTRAINT cases_revision_number_check CHECK ((number >= 0)),
    CONSTRAINT cases_revision_pages_check CHECK ((pages >= 0)),
    CONSTRAINT cases_revision_size_check CHECK ((size >= 0))
);

CREATE TABLE public.chronicle_evidencedetail (
    event_id uuid NOT NULL,
    content bytea NOT NULL
);

CREATE TABLE public.chronicle_evidenceevent (
    id uuid NOT NULL,
    seq bigint NOT NULL,
    type character varying(64) NOT NULL,
    at timestamp with time zone NOT NULL,
    prev character varying(64) NOT NULL,
    leaf bytea NOT NULL,
    digest character varying(64) NOT NULL,
    stream_id uuid NOT NULL,
    CONSTRAINT chronicle_evidenceevent_seq_check CHECK ((seq >= 0))
);

CREATE TABLE public.chronicle_evidencestream (
    id uuid NOT NULL,
    kind character varying(8) NOT NULL,
    subject uuid NOT NULL,
    next_seq bigint NOT NULL,
    head character varying(64) NOT NULL,
    data_key_id uuid NOT NULL,
    CONSTRAINT chronicle_evidencestream_next_seq_check CHECK ((next_seq >= 0))
);

CREATE TABLE public.conduct_badgereport (
    id uuid NOT NULL,
    code character varying(24) NOT NULL,
    badge_state character varying(10) NOT NULL,
    data_key_id uuid NOT NULL,
    content bytea NOT NULL,
    at timestamp with time zone NOT NULL,
    handled_at timestamp with time zone,
    handled_by_id uuid,
    insurer_id uuid NOT NULL,
    salesperson_id uuid
);

CREATE TABLE public.conduct_conductrule (
    insurer_id uuid NOT NULL,
    effect character varying(6) NOT NULL,
    phone_customers smallint NOT NULL,
    device_customers smallint NOT NULL,
    payer_customers smallint NOT NULL,
    window_days smallint NOT NULL,
    device_days smallint NOT NULL,
    nearby boolean NOT NULL,
    changed_at timestamp with time zone,
    changed_by_id uuid,
    agreed_by_id uuid,
    CONSTRAINT conduct_conductrule_device_customers_check CHECK ((device_customers >= 0)),
    CONSTRAINT conduct_conductrule_device_days_check CHECK ((device_days >= 0)),
    CONSTRAINT conduct_conductrule_payer_customers_check CHECK ((payer_customers >= 0)),
    CONSTRAINT conduct_conductrule_phone_customers_check CHECK ((phone_customers >= 0)),
    CONSTRAINT conduct_conductrule_window_days_check CHECK ((window_days >= 0)),
    CONSTRAINT conduct_rule_counts_from_one CHECK (((device_customers >= 1) AND (payer_customers >= 1) AND (phone_customers >= 1) AND (window_days >= 1))),
    CONSTRAINT conduct_rule_two_people CHECK (((agreed_by_id IS NULL) OR (NOT ((agreed_by_id = changed_by_id) AND (agreed_by_id IS NOT NULL) AND (changed_by_id IS NOT NULL)))))
);

CREATE TABLE public.conduct_facetoface (
    id uuid NOT NULL,
    device character varying(64) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    until timestamp with time zone NOT NULL,
    agreed_at timestamp with time zone,
    agreed_device character varying(64) NOT NULL,
    ended_at timestamp with time zone,
    case_id uuid NOT NULL,
    salesperson_id uuid NOT NULL,
    party_id uuid,
    CONSTRAINT conduct_meeting_two_devices CHECK (((agreed_at IS NULL) OR (NOT ((agreed_device)::text = (device)::text))))
);

CREATE TABLE public.conduct_ownconfirmation (
    id bigint NOT NULL,
    shown_digest character varying(64) NOT NULL,
    device character varying(64) NOT NULL,
    confirmed_at timestamp with time zone NOT NULL,
    document_id uuid NOT NULL,
    meeting_id uuid NOT NULL,
    party_id uuid NOT NULL,
    willingness_id uuid NOT NULL
);

ALTER TABLE public.conduct_ownconfirmation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.conduct_ownconfirmation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.conduct_stafftrace (
    id bigint NOT NULL,
    kind character varying(6) NOT NULL,
    digest character varying(64) NOT NULL,
    first_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL,
    insurer_id uuid NOT NULL,
    salesperson_id uuid,
    staff_id uuid,
    CONSTRAINT conduct_staff_trace_of_one_person CHECK ((((salesperson_id IS NULL) AND (staff_id IS NOT NULL)) OR ((salesperson_id IS NOT NULL) AND (staff_id IS NULL))))
);

ALTER TABLE public.conduct_stafftrace ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.conduct_stafftrace_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.conduct_suspicion (
    id uuid NOT NULL,
    kind character varying(6) NOT NULL,
    shared_with character varying(12) NOT NULL,
    digest character varying(64) NOT NULL,
    customers integer NOT NULL,
    met integer NOT NULL,
    state character varying(10) NOT NULL,
    raised_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    content bytea NOT NULL,
    case_id uuid NOT NULL,
    decided_by_id uuid,
    insurer_id uuid NOT NULL,
    party_id uuid,
    salesperson_id uuid,
    staff_id uuid,
    signers jsonb NOT NULL,
    CONSTRAINT conduct_suspicion_customers_check CHECK ((customers >= 0)),
    CONSTRAINT conduct_suspicion_decided_by_somebody CHECK ((((decided_by_id IS NULL) AND ((state)::text = 'open'::text)) OR ((NOT ((state)::text = 'open'::text)) AND (decided_by_id IS NOT NULL)))),
    CONSTRAINT conduct_suspicion_met_check CHECK ((met >= 0))
);

CREATE TABLE public.conduct_trace (
    id bigint NOT NULL,
    kind character varying(6) NOT NULL,
    digest character varying(64) NOT NULL,
    person character varying(64) NOT NULL,
    at timestamp with time zone NOT NULL,
    case_id uuid NOT NULL,
    insurer_id uuid NOT NULL
);

ALTER TABLE public.conduct_trace ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.conduct_trace_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.django_content_type (
    id integer NOT NULL,
    app_label character varying(100) NOT NULL,
    model character varying(100) NOT NULL
);

ALTER TABLE public.django_content_type ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_content_type_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.django_migrations (
    id bigint NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);

ALTER TABLE public.django_migrations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_migrations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.django_session (
    session_key character varying(40) NOT NULL,
    session_data text NOT NULL,
    expire_date timestamp with time zone NOT NULL
);

CREATE TABLE public.identity_customerpasskey (
    id uuid NOT NULL,
    subject_hash character varying(64) NOT NULL,
    credential_hash character varying(64) NOT NULL,
    data bytea NOT NULL,
    sign_count bigint NOT NULL,
    synced boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    insurer_id uuid NOT NULL,
    removed_at timestamp with time zone
);

CREATE TABLE public.identity_identitycheck (
    id uuid NOT NULL,
    method character varying(16) NOT NULL,
    provider character varying(40) NOT NULL,
    sandbox boolean NOT NULL,
    result character varying(12) NOT NULL,
    reason character varying(40) NOT NULL,
    assurance character varying(16) NOT NULL,
    subject_hash character varying(64) NOT NULL,
    request_hash character varying(64) NOT NULL,
    response_hash character varying(64) NOT NULL,
    details bytea NOT NULL,
    started_at timestamp with time zone NOT NULL,
    checked_at timestamp with time zone,
    expires_at timestamp with time zone,
    case_id uuid NOT NULL,
    party_id uuid,
    attempts jsonb NOT NULL,
    bound_digest character varying(64) NOT NULL,
    cost integer NOT NULL,
    instead_of character varying(16) NOT NULL,
    lowered boolean NOT NULL,
    picture_digest character varying(64) NOT NULL,
    purpose character varying(12) NOT NULL,
    reference_hash character varying(64) NOT NULL,
    rule jsonb NOT NULL,
    waits_until timestamp with time zone,
    CONSTRAINT identity_identitycheck_cost_check CHECK ((cost >= 0)),
    CONSTRAINT identity_known_result CHECK (((result)::text = ANY ((ARRAY['running'::character varying, 'waiting'::character varying, 'passed'::character varying, 'failed'::character varying, 'unavailable'::character varying])::text[]))),
    CONSTRAINT identity_willingness_is_bound CHECK (((((bound_digest)::text = ''::text) AND ((purpose)::text = 'identity'::text)) OR (((purpose)::text = 'willingness'::text) AND (NOT ((bound_digest)::text = ''::text)))))
);

CREATE TABLE public.identity_onetimecode (
    id uuid NOT NULL,
    purpose character varying(24) NOT NULL,
    phone_hash character varying(64) NOT NULL,
    address_hash character varying(64) NOT NULL,
    code_hash character varying(64) NOT NULL,
    bound_digest character varying(64) NOT NULL,
    wording_digest character varying(64) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    tries smallint NOT NULL,
    used_at timestamp with time zone,
    case_id uuid,
    notice_id uuid,
    party_id uuid,
    CONSTRAINT identity_code_five_tries CHECK ((tries <= 5)),
    CONSTRAINT identity_onetimecode_tries_check CHECK ((tries >= 0))
);

CREATE TABLE public.identity_passkeyquestion (
    id uuid NOT NULL,
    purpose character varying(12) NOT NULL,
    subject character varying(36) NOT NULL,
    shown_digest character varying(64) NOT NULL,
    wording_digest character varying(64) NOT NULL,
    nonce character varying(64) NOT NULL,
    rp_id character varying(255) NOT NULL,
    origin character varying(300) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    refusal character varying(20) NOT NULL,
    client_data bytea,
    authenticator_data bytea,
    signature bytea,
    case_id uuid NOT NULL,
    party_id uuid,
    passkey_id uuid,
    CONSTRAINT identity_question_is_bound CHECK ((((purpose)::text = 'register'::text) OR ((NOT ((subject)::text = ''::text)) AND (NOT ((shown_digest)::text = ''::text)))))
);

CREATE TABLE public.identity_picture (
    id uuid NOT NULL,
    kind character varying(12) NOT NULL,
    media_type character varying(20) NOT NULL,
    digest character varying(64) NOT NULL,
    content bytea NOT NULL,
    keep_until timestamp with time zone,
    made_for_id uuid NOT NULL
);

CREATE TABLE public.identity_providercallback (
    id uuid NOT NULL,
    provider character varying(40) NOT NULL,
    body_digest character varying(64) NOT NULL,
    outcome character varying(24) NOT NULL,
    received_at timestamp with time zone NOT NULL,
    made_for_id uuid
);

CREATE TABLE public.identity_review (
    made_for_id uuid NOT NULL,
    first_at timestamp with time zone,
    second_at timestamp with time zone,
    first_by_id uuid,
    refused_by_id uuid,
    second_by_id uuid,
    CONSTRAINT identity_review_four_eyes CHECK (((second_by_id IS NULL) OR ((first_by_id IS NOT NULL) AND (NOT ((second_by_id = first_by_id) AND (second_by_id IS NOT NULL) AND (first_by_id IS NOT NULL))))))
);

CREATE TABLE public.identity_willingness (
    id uuid NOT NULL,
    signer_role character varying(16) NOT NULL,
    shown_digest character varying(64) NOT NULL,
    method character varying(12) NOT NULL,
    details bytea NOT NULL,
    verified_at timestamp with time zone NOT NULL,
    state character varying(8) NOT NULL,
    consumed_at timestamp with time zone,
    case_id uuid NOT NULL,
    code_id uuid,
    document_id uuid NOT NULL,
    party_id uuid,
    revision_id uuid,
    check_made_id uuid,
    proof_digest character varying(64) NOT NULL,
    passkey_answer_id uuid,
    CONSTRAINT identity_willingness_consumed_by_a_revision CHECK ((((consumed_at IS NULL) AND (revision_id IS NULL) AND ((state)::text = 'verified'::text)) OR ((consumed_at IS NOT NULL) AND (revision_id IS NOT NULL) AND ((state)::text = 'consumed'::text)))),
    CONSTRAINT identity_willingness_has_its_proof CHECK ((((check_made_id IS NULL) AND (code_id IS NOT NULL) AND ((method)::text = 'sms'::text) AND (passkey_answer_id IS NULL)) OR ((check_made_id IS NOT NULL) AND (code_id IS NULL) AND ((method)::text = 'face'::text) AND (passkey_answer_id IS NULL)) OR ((check_made_id IS NULL) AND (code_id IS NULL) AND ((method)::text = 'copied'::text) AND (passkey_answer_id IS NULL)) OR ((check_made_id IS NULL) AND (code_id IS NULL) AND ((method)::text = 'passkey'::text) AND (passkey_answer_id IS NOT NULL))))
);

CREATE TABLE public.integrations_apiclient (
    id uuid NOT NULL,
    client_id character varying(100) NOT NULL,
    name character varying(80) NOT NULL,
    scopes character varying(40)[] NOT NULL,
    contact_mail character varying(254) NOT NULL,
    active boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    application_id bigint NOT NULL,
    branch_id uuid NOT NULL,
    data_key_id uuid NOT NULL,
    insurer_id uuid NOT NULL
);

CREATE TABLE public.integrations_idempotencyrecord (
    id uuid NOT NULL,
    key character varying(255) NOT NULL,
    method character varying(8) NOT NULL,
    path character varying(500) NOT NULL,
    body_hash character varying(64) NOT NULL,
    state character varying(12) NOT NULL,
    attempt uuid NOT NULL,
    status smallint,
    response bytea,
    started_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    client_id uuid NOT NULL,
    CONSTRAINT integrations_idempotencyrecord_status_check CHECK ((status >= 0))
);

CREATE TABLE public.integrations_webhookattempt (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    milliseconds integer NOT NULL,
    status smallint,
    error character varying(40) NOT NULL,
    detail character varying(300) NOT NULL,
    delivery_id uuid NOT NULL,
    CONSTRAINT integrations_webhookattempt_milliseconds_check CHECK ((milliseconds >= 0)),
    CONSTRAINT integrations_webhookattempt_status_check CHECK ((status >= 0))
);

ALTER TABLE public.integrations_webhookattempt ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.integrations_webhookattempt_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.integrations_webhookdelivery (
    id uuid NOT NULL,
    state character varying(10) NOT NULL,
    attempts smallint NOT NULL,
    next_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    delivered_at timestamp with time zone,
    endpoint_id uuid NOT NULL,
    event_id character varying(40) NOT NULL,
    CONSTRAINT integrations_known_delivery_state CHECK (((state)::text = ANY ((ARRAY['pending'::character varying, 'delivered'::character varying, 'failed'::character varying])::text[]))),
    CONSTRAINT integrations_webhookdelivery_attempts_check CHECK ((attempts >= 0))
);

CREATE TABLE public.integrations_webhookendpoint (
    id uuid NOT NULL,
    url character varying(500) NOT NULL,
    secret bytea NOT NULL,
    all_cases boolean NOT NULL,
    enabled boolean NOT NULL,
    failing_since timestamp with time zone,
    alerted_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    client_id uuid NOT NULL
);

CREATE TABLE public.integrations_webhookevent (
    id character varying(40) NOT NULL,
    type character varying(40) NOT NULL,
    subject character varying(64) NOT NULL,
    payload jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    case_id uuid NOT NULL
);

CREATE TABLE public.mfa_authenticator (
    id bigint NOT NULL,
    type character varying(20) NOT NULL,
    data jsonb NOT NULL,
    user_id integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone
);

ALTER TABLE public.mfa_authenticator ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mfa_authenticator_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.notices_notice (
    id uuid NOT NULL,
    template character varying(40) NOT NULL,
    channel character varying(4) NOT NULL,
    language character varying(8) NOT NULL,
    content bytea NOT NULL,
    recipient_hash character varying(64) NOT NULL,
    state character varying(8) NOT NULL,
    provider character varying(40) NOT NULL,
    provider_id character varying(120) NOT NULL,
    sandbox boolean NOT NULL,
    attempts smallint NOT NULL,
    last_error character varying(64) NOT NULL,
    last_error_detail character varying(400) NOT NULL,
    next_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    handed_over_at timestamp with time zone,
    received_at timestamp with time zone,
    case_id uuid,
    data_key_id uuid NOT NULL,
    insurer_id uuid,
    party_id uuid,
    CONSTRAINT notices_known_state CHECK (((state)::text = ANY ((ARRAY['queued'::character varying, 'sent'::character varying, 'received'::character varying, 'failed'::character varying])::text[]))),
    CONSTRAINT notices_notice_attempts_check CHECK ((attempts >= 0))
);

CREATE TABLE public.oauth2_provider_accesstoken (
    id bigint NOT NULL,
    token text NOT NULL,
    expires timestamp with time zone NOT NULL,
    scope text NOT NULL,
    application_id bigint,
    user_id integer,
    created timestamp with time zone NOT NULL,
    updated timestamp with time zone NOT NULL,
    source_refresh_token_id bigint,
    id_token_id bigint,
    token_checksum character varying(64) NOT NULL,
    resource jsonb NOT NULL
);

ALTER TABLE public.oauth2_provider_accesstoken ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.oauth2_provider_accesstoken_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.oauth2_provider_application (
    id bigint NOT NULL,
    client_id character varying(255) NOT NULL,
    redirect_uris text NOT NULL,
    client_type character varying(32) NOT NULL,
    authorization_grant_type character varying(44) NOT NULL,
    client_secret character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    user_id integer,
    skip_authorization boolean NOT NULL,
    created timestamp with time zone NOT NULL,
    updated timestamp with time zone NOT NULL,
    algorithm character varying(5) NOT NULL,
    post_logout_redirect_uris text NOT NULL,
    hash_client_secret boolean NOT NULL,
    allowed_origins text NOT NULL,
    registration_source character varying(32) NOT NULL,
    cimd_expires_at timestamp with time zone
);

ALTER TABLE public.oauth2_provider_application ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.oauth2_provider_application_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.oauth2_provider_devicegrant (
    id bigint NOT NULL,
    device_code character varying(100) NOT NULL,
    user_code character varying(100) NOT NULL,
    scope text NOT NULL,
    "interval" integer NOT NULL,
    expires timestamp with time zone NOT NULL,
    status character varying(64) NOT NULL,
    client_id character varying(100) NOT NULL,
    last_checked timestamp with time zone NOT NULL,
    user_id integer
);

ALTER TABLE public.oauth2_provider_devicegrant ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.oauth2_provider_devicegrant_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.oauth2_provider_grant (
    id bigint NOT NULL,
    code character varying(255) NOT NULL,
    expires timestamp with time zone NOT NULL,
    redirect_uri text NOT NULL,
    scope text NOT NULL,
    application_id bigint NOT NULL,
    user_id integer NOT NULL,
    created timestamp with time zone NOT NULL,
    updated timestamp with time zone NOT NULL,
    code_challenge character varying(128) NOT NULL,
    code_challenge_method character varying(10) NOT NULL,
    nonce character varying(255) NOT NULL,
    claims text NOT NULL,
    resource jsonb NOT NULL
);

ALTER TABLE public.oauth2_provider_grant ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.oauth2_provider_grant_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.oauth2_provider_idtoken (
    id bigint NOT NULL,
    jti uuid NOT NULL,
    expires timestamp with time zone NOT NULL,
    scope text NOT NULL,
    created timestamp with time zone NOT NULL,
    updated timestamp with time zone NOT NULL,
    application_id bigint,
    user_id integer
);

ALTER TABLE public.oauth2_provider_idtoken ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.oauth2_provider_idtoken_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.oauth2_provider_refreshtoken (
    id bigint NOT NULL,
    token text NOT NULL,
    access_token_id bigint,
    application_id bigint NOT NULL,
    user_id integer NOT NULL,
    created timestamp with time zone NOT NULL,
    updated timestamp with time zone NOT NULL,
    revoked timestamp with time zone,
    token_family uuid,
    token_checksum character varying(64) NOT NULL,
    resource jsonb NOT NULL
);

ALTER TABLE public.oauth2_provider_refreshtoken ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.oauth2_provider_refreshtoken_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.parties_accountrequest (
    id uuid NOT NULL,
    kind character varying(8) NOT NULL,
    state character varying(10) NOT NULL,
    data_key_id uuid NOT NULL,
    content bytea NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    done_at timestamp with time zone,
    branch_id uuid NOT NULL,
    decided_by_id uuid,
    insurer_id uuid NOT NULL,
    person_id uuid,
    requested_by_id uuid NOT NULL,
    CONSTRAINT parties_account_request_has_its_person CHECK (((((kind)::text = ANY ((ARRAY['create'::character varying, 'passkeys'::character varying, 'conduct'::character varying])::text[])) AND (person_id IS NULL)) OR (((kind)::text = 'create'::text) AND ((state)::text = 'done'::text)) OR ((NOT ((kind)::text = ANY ((ARRAY['create'::character varying, 'passkeys'::character varying, 'conduct'::character varying])::text[]))) AND (person_id IS NOT NULL)))),
    CONSTRAINT parties_account_request_two_people CHECK (((NOT ((state)::text = ANY ((ARRAY['confirmed'::character varying, 'done'::character varying])::text[]))) OR ((decided_by_id IS NOT NULL) AND (NOT ((decided_by_id = requested_by_id) AND (decided_by_id IS NOT NULL))))))
);

CREATE TABLE public.parties_branch (
    id uuid NOT NULL,
    code character varying(16) NOT NULL,
    name character varying(120) NOT NULL,
    address character varying(200) NOT NULL,
    parent_id uuid,
    insurer_id uuid NOT NULL
);

CREATE TABLE public.parties_delegation (
    id uuid NOT NULL,
    authority character varying(12) NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    valid_to timestamp with time zone NOT NULL,
    reason character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone,
    giver_id uuid NOT NULL,
    receiver_id uuid NOT NULL,
    withdrawn_by_id uuid,
    CONSTRAINT parties_delegation_authority CHECK (((authority)::text = ANY ((ARRAY['approver'::character varying, 'custodian'::character varying])::text[]))),
    CONSTRAINT parties_delegation_period CHECK ((valid_from < valid_to)),
    CONSTRAINT parties_delegation_two_people CHECK ((NOT (giver_id = receiver_id))),
    CONSTRAINT parties_delegation_withdrawn_by_somebody CHECK ((((withdrawn_at IS NULL) AND (withdrawn_by_id IS NULL)) OR ((withdrawn_at IS NOT NULL) AND (withdrawn_by_id IS NOT NULL))))
);

CREATE TABLE public.parties_firstpassword (
    user_id integer NOT NULL,
    given_at timestamp with time zone NOT NULL
);

CREATE TABLE public.parties_insurer (
    id uuid NOT NULL,
    code character varying(32) NOT NULL,
    name character varying(120) NOT NULL,
    name_en character varying(160) NOT NULL,
    short_name character varying(40) NOT NULL,
    uscc character varying(18) NOT NULL,
    address character varying(200) NOT NULL,
    hotline character varying(32) NOT NULL,
    website character varying(200) NOT NULL,
    passkeys_required boolean NOT NULL
);

CREATE TABLE public.parties_insurerauthentication (
    id uuid NOT NULL,
    result character varying(8) NOT NULL,
    checked_by character varying(60) NOT NULL,
    uscc character varying(18) NOT NULL,
    documents jsonb NOT NULL,
    valid_until date,
    note character varying(200) NOT NULL,
    checked_at timestamp with time zone NOT NULL,
    insurer_id uuid NOT NULL
);

CREATE TABLE public.parties_passkey (
    id uuid NOT NULL,
    name character varying(40) NOT NULL,
    credential_hash character varying(64) NOT NULL,
    data bytea NOT NULL,
    sign_count bigint NOT NULL,
    synced boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone,
    ended_at timestamp with time zone,
    end_reason character varying(8) NOT NULL,
    user_id integer NOT NULL
);

CREATE TABLE public.parties_passkeychallenge (
    id uuid NOT NULL,
    purpose character varying(12) NOT NULL,
    subject character varying(36) NOT NULL,
    shown_digest character varying(64) NOT NULL,
    decision character varying(12) NOT NULL,
    detail_digest character varying(64) NOT NULL,
    nonce character varying(64) NOT NULL,
    rp_id character varying(255) NOT NULL,
    origin character varying(300) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    outcome character varying(8) NOT NULL,
    refusal character varying(20) NOT NULL,
    client_data bytea,
    authenticator_data bytea,
    signature bytea,
    passkey_id uuid,
    user_id integer,
    CONSTRAINT parties_challenge_approval_is_bound CHECK (((NOT ((purpose)::text = 'approval'::text)) OR ((NOT ((subject)::text = ''::text)) AND (NOT ((shown_digest)::text = ''::text)) AND (NOT ((decision)::text = ''::text))))),
    CONSTRAINT parties_challenge_used_has_outcome CHECK (((((outcome)::text = ''::text) AND (used_at IS NULL)) OR ((NOT ((outcome)::text = ''::text)) AND (used_at IS NOT NULL)))),
    CONSTRAINT parties_challenge_verified_by_a_passkey CHECK (((NOT ((outcome)::text = 'verified'::text)) OR (passkey_id IS NOT NULL)))
);

CREATE TABLE public.parties_rolebinding (
    id bigint NOT NULL,
    role character varying(20) NOT NULL,
    branch_id uuid NOT NULL,
    staff_id uuid NOT NULL
);

ALTER TABLE public.parties_rolebinding ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.parties_rolebinding_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.parties_salesperson (
    id uuid NOT NULL,
    name character varying(60) NOT NULL,
    licence_no character varying(32) NOT NULL,
    phone character varying(20) NOT NULL,
    valid_from date NOT NULL,
    valid_to date NOT NULL,
    products character varying(40)[] NOT NULL,
    active boolean NOT NULL,
    badge_code character varying(24) NOT NULL,
    branch_id uuid NOT NULL,
    insurer_id uuid NOT NULL,
    user_id integer NOT NULL,
    photo_digest character varying(64) NOT NULL,
    photo_key character varying(200) NOT NULL,
    CONSTRAINT parties_registration_period CHECK ((valid_from <= valid_to))
);

CREATE TABLE public.parties_signonlink (
    id bigint NOT NULL,
    issuer character varying(300) NOT NULL,
    account character varying(200) NOT NULL,
    subject character varying(255) NOT NULL,
    user_id integer NOT NULL
);

ALTER TABLE public.parties_signonlink ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.parties_signonlink_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.parties_staffmember (
    id uuid NOT NULL,
    name character varying(60) NOT NULL,
    phone character varying(20) NOT NULL,
    roles character varying(20)[] NOT NULL,
    underwriting_level smallint NOT NULL,
    active boolean NOT NULL,
    branch_id uuid NOT NULL,
    insurer_id uuid NOT NULL,
    user_id integer NOT NULL,
    CONSTRAINT parties_roles_held_alone CHECK (((NOT (roles && ARRAY['administrator'::character varying(20), 'auditor'::character varying(20), 'operator'::character varying(20)])) OR (
CASE
    WHEN (roles IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(roles, 1), 0)
END = 1))),
    CONSTRAINT parties_staffmember_underwriting_level_check CHECK ((underwriting_level >= 0))
);

CREATE TABLE public.parties_writtenname (
    id uuid NOT NULL,
    data_key_id uuid NOT NULL,
    content bytea NOT NULL,
    photo_key character varying(200) NOT NULL,
    photo_digest character varying(64) NOT NULL,
    picture_digest character varying(64) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    confirmed_at timestamp with time zone,
    ended_at timestamp with time zone,
    user_id integer NOT NULL,
    CONSTRAINT parties_written_name_has_its_photo CHECK (((confirmed_at IS NULL) OR (NOT ((photo_key)::text = ''::text))))
);

CREATE TABLE public.payments_gatewaycallback (
    id uuid NOT NULL,
    gateway character varying(24) NOT NULL,
    body_digest character varying(64) NOT NULL,
    result character varying(40) NOT NULL,
    received_at timestamp with time zone NOT NULL,
    order_id uuid
);

CREATE TABLE public.payments_paymentorder (
    id uuid NOT NULL,
    amount bigint NOT NULL,
    currency character varying(3) NOT NULL,
    state character varying(8) NOT NULL,
    gateway character varying(24) NOT NULL,
    transaction_id character varying(64),
    requested_at timestamp with time zone,
    paid_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    case_id uuid NOT NULL,
    refund_reference character varying(64) NOT NULL,
    refunded_at timestamp with time zone,
    refunded_by_id uuid,
    CONSTRAINT payments_positive_amount CHECK ((amount > 0))
);

CREATE TABLE public.policies_claimdecision (
    id uuid NOT NULL,
    claim_no character varying(40) NOT NULL,
    client_id character varying(80) NOT NULL,
    content bytea NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    policy_id uuid NOT NULL,
    version_id uuid NOT NULL
);

CREATE TABLE public.policies_difference (
    id uuid NOT NULL,
    path character varying(120) NOT NULL,
    content bytea NOT NULL,
    found_at timestamp with time zone NOT NULL,
    explained_at timestamp with time zone,
    case_id uuid NOT NULL,
    explained_by_id uuid
);

CREATE TABLE public.policies_endorsement (
    id uuid NOT NULL,
    number character varying(48) NOT NULL,
    kind character varying(24) NOT NULL,
    state character varying(12) NOT NULL,
    content bytea NOT NULL,
    from_version smallint NOT NULL,
    premium_delta bigint NOT NULL,
    shown_digest character varying(64) NOT NULL,
    last_error character varying(400) NOT NULL,
    effective_at timestamp with time zone NOT NULL,
    intent_at timestamp with time zone NOT NULL,
    approved_at timestamp with time zone,
    sealed_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    application_document_id uuid,
    approval_document_id uuid,
    approved_by_id uuid,
    document_id uuid,
    requested_by_id uuid,
    policy_id uuid NOT NULL,
    CONSTRAINT policies_endorsement_from_version_check CHECK ((from_version >= 0)),
    CONSTRAINT policies_known_endorsement_state CHECK (((state)::text = ANY ((ARRAY['consents'::character varying, 'signing'::character varying, 'approval'::character varying, 'sealing'::character varying, 'sealed'::character varying, 'refused'::character varying, 'withdrawn'::character varying])::text[])))
);

CREATE TABLE public.policies_followupcall (
    id uuid NOT NULL,
    due_on date NOT NULL,
    done_at timestamp with time zone,
    content bytea,
    staff_id uuid,
    policy_id uuid NOT NULL
);

CREATE TABLE public.policies_invoice (
    id uuid NOT NULL,
    amount bigint NOT NULL,
    number character varying(40) NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    received_at timestamp with time zone,
    document_id uuid,
    policy_id uuid NOT NULL
);

CREATE TABLE public.policies_policy (
    id uuid NOT NULL,
    number character varying(40) NOT NULL,
    status character varying(12) NOT NULL,
    cover_from timestamp with time zone NOT NULL,
    cover_to timestamp with time zone,
    concluded_on date NOT NULL,
    cooling_off_from date,
    cooling_off_until date,
    cooling_off_rule character varying(40) NOT NULL,
    ended_at timestamp with time zone,
    end_reason character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    acknowledgement_document_id uuid,
    case_id uuid NOT NULL,
    insurer_id uuid NOT NULL,
    CONSTRAINT policies_known_status CHECK (((status)::text = ANY ((ARRAY['preparing'::character varying, 'in_force'::character varying, 'surrendered'::character varying, 'cancelled'::character varying, 'terminated'::character varying, 'expired'::character varying])::text[])))
);

CREATE TABLE public.policies_policyversion (
    id uuid NOT NULL,
    number smallint NOT NULL,
    job character varying(16) NOT NULL,
    fields bytea NOT NULL,
    fields_digest character varying(64) NOT NULL,
    previous_digest character varying(64) NOT NULL,
    premium_delta bigint NOT NULL,
    effective_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    document_id uuid,
    policy_id uuid NOT NULL,
    CONSTRAINT policies_policyversion_number_check CHECK ((number >= 0))
);

CREATE TABLE public.procrastinate_events (
    id bigint NOT NULL,
    job_id bigint NOT NULL,
    type public.procrastinate_job_event_type,
    at timestamp with time zone DEFAULT now()
);

CREATE SEQUENCE public.procrastinate_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.procrastinate_events_id_seq OWNED BY public.procrastinate_events.id;

CREATE SEQUENCE public.procrastinate_jobs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.procrastinate_jobs_id_seq OWNED BY public.procrastinate_jobs.id;

CREATE TABLE public.procrastinate_periodic_defers (
    id bigint NOT NULL,
    task_name character varying(128) NOT NULL,
    defer_timestamp bigint,
    job_id bigint,
    periodic_id character varying(128) DEFAULT ''::character varying NOT NULL
);

CREATE SEQUENCE public.procrastinate_periodic_defers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.procrastinate_periodic_defers_id_seq OWNED BY public.procrastinate_periodic_defers.id;

CREATE TABLE public.procrastinate_workers (
    id bigint NOT NULL,
    last_heartbeat timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.procrastinate_workers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.procrastinate_workers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.products_productversion (
    id uuid NOT NULL,
    code character varying(40) NOT NULL,
    version character varying(8) NOT NULL,
    data jsonb NOT NULL,
    digest character varying(64) NOT NULL,
    clause_bundle_digest character varying(64) NOT NULL,
    published_at timestamp with time zone NOT NULL,
    retired_at timestamp with time zone,
    insurer_id uuid NOT NULL
);
ALTER TABLE ONLY public.products_productversion ALTER COLUMN data SET STORAGE EXTERNAL;

CREATE TABLE public.seals_certificateorder (
    id uuid NOT NULL,
    authority character varying(40) NOT NULL,
    state character varying(8) NOT NULL,
    renewal boolean NOT NULL,
    key_name character varying(100) NOT NULL,
    request bytea,
    evidence_sha256 character varying(64) NOT NULL,
    reference character varying(200) NOT NULL,
    error character varying(400) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    certificate_id uuid,
    ordered_by_id uuid,
    seal_id uuid NOT NULL,
    CONSTRAINT seals_issued_order CHECK (((NOT ((state)::text = 'issued'::text)) OR (certificate_id IS NOT NULL)))
);

CREATE TABLE public.seals_certificaterecord (
    id uuid NOT NULL,
    profile character varying(16) NOT NULL,
    serial character varying(40) NOT NULL,
    sha256 character varying(64) NOT NULL,
    subject_id uuid,
    certificate bytea,
    not_before timestamp with time zone NOT NULL,
    not_after timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    revocation_reason character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    authority character varying(40) NOT NULL,
    issuer character varying(400) NOT NULL,
    issuer_sha256 character varying(64) NOT NULL,
    key_name character varying(100) NOT NULL,
    revocation_code character varying(24) NOT NULL,
    revoked_by_id uuid,
    suspected_since timestamp with time zone,
    trust_class character varying(8) NOT NULL,
    CONSTRAINT seals_certificate_suspected_before CHECK (((suspected_since IS NULL) OR (suspected_since <= revoked_at)))
);

CREATE TABLE public.seals_doubtdraft (
    id uuid NOT NULL,
    documents integer NOT NULL,
    state character varying(12) NOT NULL,
    drafted_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    case_id uuid NOT NULL,
    certificate_id uuid NOT NULL,
    decided_by_id uuid,
    seal_id uuid NOT NULL,
    CONSTRAINT seals_doubtdraft_documents_check CHECK ((documents >= 0))
);

CREATE TABLE public.seals_grantincrease (
    id uuid NOT NULL,
    day date NOT NULL,
    extra integer NOT NULL,
    reason character varying(200) NOT NULL,
    digest character varying(64) NOT NULL,
    state character varying(8) NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    proof jsonb,
    decided_by_id uuid,
    grant_id uuid NOT NULL,
    requested_by_id uuid NOT NULL,
    CONSTRAINT seals_grantincrease_extra_check CHECK ((extra >= 0)),
    CONSTRAINT seals_increase_two_people CHECK (((NOT ((state)::text = 'approved'::text)) OR ((decided_by_id IS NOT NULL) AND (proof IS NOT NULL) AND (NOT ((decided_by_id = requested_by_id) AND (decided_by_id IS NOT NULL))))))
);

CREATE TABLE public.seals_knownpasskey (
    passkey_id uuid NOT NULL,
    data_sha256 character varying(64) NOT NULL,
    known_at timestamp with time zone NOT NULL,
    staff_id uuid NOT NULL
);

CREATE TABLE public.seals_revocationrequest (
    id uuid NOT NULL,
    state character varying(12) NOT NULL,
    code character varying(24) NOT NULL,
    reason character varying(200) NOT NULL,
    suspected_since timestamp with time zone,
    requested_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    certificate_id uuid NOT NULL,
    decided_by_id uuid,
    requested_by_id uuid NOT NULL,
    seal_id uuid NOT NULL,
    CONSTRAINT seals_revocation_two_people CHECK (((NOT ((state)::text = 'done'::text)) OR ((decided_by_id IS NOT NULL) AND (NOT ((decided_by_id = requested_by_id) AND (decided_by_id IS NOT NULL))))))
);

CREATE TABLE public.seals_seal (
    id uuid NOT NULL,
    kind character varying(32) NOT NULL,
    name character varying(60) NOT NULL,
    picture text NOT NULL,
    size_mm smallint NOT NULL,
    state character varying(12) NOT NULL,
    state_reason character varying(200) NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    valid_to timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    branch_id uuid,
    certificate_id uuid,
    insurer_id uuid NOT NULL,
    pictured_by_id uuid,
    keys_destroyed_at timestamp with time zone,
    requested_by_id uuid,
    reviewed_by_id uuid,
    CONSTRAINT seals_active_has_certificate CHECK (((NOT ((state)::text = 'active'::text)) OR (certificate_id IS NOT NULL))),
    CONSTRAINT seals_seal_period CHECK ((valid_from < valid_to)),
    CONSTRAINT seals_seal_size_mm_check CHECK ((size_mm >= 0)),
    CONSTRAINT seals_seal_two_people CHECK (((NOT ((state)::text = ANY ((ARRAY['reviewed'::character varying, 'active'::character varying, 'frozen'::character varying])::text[]))) OR (requested_by_id IS NULL) OR ((reviewed_by_id IS NOT NULL) AND (NOT ((reviewed_by_id = requested_by_id) AND (reviewed_by_id IS NOT NULL) AND (requested_by_id IS NOT NULL))))))
);

CREATE TABLE public.seals_seal_custodians (
    id bigint NOT NULL,
    seal_id uuid NOT NULL,
    staffmember_id uuid NOT NULL
);

ALTER TABLE public.seals_seal_custodians ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.seals_seal_custodians_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.seals_sealalert (
    id uuid NOT NULL,
    kind character varying(8) NOT NULL,
    about character varying(80) NOT NULL,
    count integer NOT NULL,
    usual integer NOT NULL,
    raised_at timestamp with time zone NOT NULL,
    looked_at timestamp with time zone,
    data_key_id uuid,
    content bytea,
    grant_id uuid,
    insurer_id uuid NOT NULL,
    looked_by_id uuid,
    seal_id uuid NOT NULL,
    CONSTRAINT seals_sealalert_count_check CHECK ((count >= 0)),
    CONSTRAINT seals_sealalert_usual_check CHECK ((usual >= 0))
);

CREATE TABLE public.seals_sealending (
    id uuid NOT NULL,
    kind character varying(8) NOT NULL,
    state character varying(12) NOT NULL,
    reason character varying(200) NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    decided_by_id uuid,
    requested_by_id uuid NOT NULL,
    seal_id uuid NOT NULL,
    CONSTRAINT seals_ending_two_people CHECK (((NOT ((state)::text = 'done'::text)) OR ((decided_by_id IS NOT NULL) AND (NOT ((decided_by_id = requested_by_id) AND (decided_by_id IS NOT NULL))))))
);

CREATE TABLE public.seals_sealfiling (
    id uuid NOT NULL,
    authority character varying(80) NOT NULL,
    number character varying(60) NOT NULL,
    filed_on date NOT NULL,
    file_key character varying(200) NOT NULL,
    file_sha256 character varying(64) NOT NULL,
    media_type character varying(40) NOT NULL,
    seal_id uuid NOT NULL
);

CREATE TABLE public.seals_sealgrant (
    id uuid NOT NULL,
    document_kinds character varying(40)[] NOT NULL,
    products character varying(40)[] NOT NULL,
    max_amount bigint,
    daily_limit integer NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    valid_to timestamp with time zone NOT NULL,
    state character varying(12) NOT NULL,
    reason character varying(400) NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    first_approved_at timestamp with time zone,
    second_approved_at timestamp with time zone,
    first_approver_id uuid,
    requested_by_id uuid NOT NULL,
    seal_id uuid NOT NULL,
    second_approver_id uuid,
    end_reason character varying(400) NOT NULL,
    first_proof jsonb,
    second_proof jsonb,
    terms_digest character varying(64) NOT NULL,
    CONSTRAINT seals_grant_different_people CHECK ((((first_approver_id IS NULL) OR (NOT ((first_approver_id = requested_by_id) AND (first_approver_id IS NOT NULL)))) AND ((second_approver_id IS NULL) OR (NOT ((second_approver_id = requested_by_id) AND (second_approver_id IS NOT NULL)))) AND ((second_approver_id IS NULL) OR (NOT ((second_approver_id = first_approver_id) AND (second_approver_id IS NOT NULL) AND (first_approver_id IS NOT NULL)))))),
    CONSTRAINT seals_grant_period CHECK ((valid_from < valid_to)),
    CONSTRAINT seals_grant_two_approvers CHECK (((NOT ((state)::text = 'active'::text)) OR ((first_approver_id IS NOT NULL) AND (first_proof IS NOT NULL) AND (second_approver_id IS NOT NULL) AND (second_proof IS NOT NULL)))),
    CONSTRAINT seals_sealgrant_daily_limit_check CHECK ((daily_limit >= 0))
);

CREATE TABLE public.seals_sealpermission (
    id uuid NOT NULL,
    kind character varying(10) NOT NULL,
    "case" uuid,
    document uuid NOT NULL,
    document_kind character varying(40) NOT NULL,
    product character varying(40) NOT NULL,
    amount bigint,
    basis uuid,
    approved_by uuid,
    shown_digest character varying(64) NOT NULL,
    template_digest character varying(64) NOT NULL,
    data_digest character varying(64) NOT NULL,
    subject bytea,
    expires_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    data_key_id uuid,
    grant_id uuid,
    seal_id uuid,
    request_id uuid,
    proof jsonb,
    CONSTRAINT seals_permission_complete CHECK ((((grant_id IS NOT NULL) AND ((kind)::text = 'grant'::text) AND (seal_id IS NOT NULL) AND (NOT ((template_digest)::text = ''::text)) AND (NOT ((data_digest)::text = ''::text))) OR ((approved_by IS NOT NULL) AND (basis IS NOT NULL) AND (grant_id IS NULL) AND ((kind)::text = 'approval'::text) AND (seal_id IS NOT NULL)) OR ((approved_by IS NOT NULL) AND (grant_id IS NULL) AND ((kind)::text = 'request'::text) AND (request_id IS NOT NULL) AND (seal_id IS NOT NULL)) OR ((approved_by IS NOT NULL) AND (basis IS NOT NULL) AND (grant_id IS NULL) AND ((kind)::text = 'staff'::text) AND (seal_id IS NULL)) OR ((basis IS NOT NULL) AND (grant_id IS NULL) AND ((kind)::text = 'event'::text) AND (seal_id IS NULL) AND (subject IS NOT NULL)))),
    CONSTRAINT seals_permission_shown_digest CHECK (((shown_digest)::text ~ '^[0-9a-f]{64}$'::text))
);

CREATE TABLE public.seals_sealrequest (
    id uuid NOT NULL,
    number character varying(20) NOT NULL,
    document_kind character varying(40) NOT NULL,
    title character varying(80) NOT NULL,
    amount bigint NOT NULL,
    cross_page boolean NOT NULL,
    rule jsonb NOT NULL,
    reason_digest character varying(64) NOT NULL,
    list_digest character varying(64) NOT NULL,
    content bytea NOT NULL,
    data_key_id uuid NOT NULL,
    state character varying(9) NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    decide_until timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    use_until timestamp with time zone,
    trouble character varying(40) NOT NULL,
    trouble_at timestamp with time zone,
    branch_id uuid NOT NULL,
    insurer_id uuid NOT NULL,
    requested_by_id uuid NOT NULL,
    seal_id uuid NOT NULL,
    CONSTRAINT seals_request_decided CHECK (((NOT ((state)::text = ANY ((ARRAY['approved'::character varying, 'done'::character varying])::text[]))) OR ((decided_at IS NOT NULL) AND (use_until IS NOT NULL)))),
    CONSTRAINT seals_request_list_digest CHECK (((list_digest)::text ~ '^[0-9a-f]{64}$'::text))
);

CREATE TABLE public.seals_sealrequestdecision (
    id uuid NOT NULL,
    decision character varying(7) NOT NULL,
    seat uuid,
    delegation uuid,
    list_digest character varying(64) NOT NULL,
    proof jsonb,
    content bytea NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id uuid NOT NULL,
    request_id uuid NOT NULL,
    CONSTRAINT seals_decision_is_proven CHECK (((((decision)::text = 'comment'::text) AND (proof IS NULL) AND (seat IS NULL)) OR ((NOT ((decision)::text = 'comment'::text)) AND (proof IS NOT NULL) AND (seat IS NOT NULL))))
);

CREATE TABLE public.seals_sealrequestitem (
    id uuid NOT NULL,
    "position" smallint NOT NULL,
    content bytea NOT NULL,
    shown_digest character varying(64) NOT NULL,
    shown_key character varying(200) NOT NULL,
    size integer NOT NULL,
    pages smallint NOT NULL,
    zone jsonb NOT NULL,
    state character varying(7) NOT NULL,
    error character varying(40) NOT NULL,
    sealed_digest character varying(64) NOT NULL,
    sealed_key character varying(200) NOT NULL,
    sealed_at timestamp with time zone,
    request_id uuid NOT NULL,
    CONSTRAINT seals_item_sealed_has_file CHECK (((NOT ((state)::text = 'sealed'::text)) OR (NOT ((sealed_digest)::text = ''::text)))),
    CONSTRAINT seals_sealrequestitem_pages_check CHECK ((pages >= 0)),
    CONSTRAINT seals_sealrequestitem_position_check CHECK (("position" >= 0)),
    CONSTRAINT seals_sealrequestitem_size_check CHECK ((size >= 0))
);

CREATE TABLE public.seals_sealrule (
    id uuid NOT NULL,
    min_amount bigint NOT NULL,
    mode character varying(5) NOT NULL,
    approvers uuid[] NOT NULL,
    state character varying(8) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    branch_id uuid,
    decided_by_id uuid,
    insurer_id uuid NOT NULL,
    proposed_by_id uuid NOT NULL,
    seal_id uuid,
    CONSTRAINT seals_rule_names_somebody CHECK ((
CASE
    WHEN (approvers IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(approvers, 1), 0)
END >= 1)),
    CONSTRAINT seals_rule_two_people CHECK (((NOT ((state)::text = 'active'::text)) OR ((decided_by_id IS NOT NULL) AND (NOT ((decided_by_id = proposed_by_id) AND (decided_by_id IS NOT NULL))))))
);

CREATE TABLE public.seals_sealuse (
    id uuid NOT NULL,
    state character varying(10) NOT NULL,
    shown_digest character varying(64) NOT NULL,
    range_digest character varying(64) NOT NULL,
    certificate_serial character varying(40) NOT NULL,
    certificate_sha256 character varying(64) NOT NULL,
    key_id character varying(64) NOT NULL,
    level character varying(8) NOT NULL,
    revision_digest character varying(64) NOT NULL,
    error character varying(40) NOT NULL,
    error_detail character varying(400) NOT NULL,
    started_at timestamp with time zone NOT NULL,
    signed_at timestamp with time zone,
    stored_at timestamp with time zone,
    grant_id uuid,
    permission_id uuid NOT NULL,
    seal_id uuid,
    CONSTRAINT seals_signed_use_has_facts CHECK (((NOT ((state)::text = ANY ((ARRAY['signed'::character varying, 'stored'::character varying])::text[]))) OR ((signed_at IS NOT NULL) AND (NOT ((certificate_serial)::text = ''::text)))))
);

CREATE TABLE public.seals_weakerproof (
    id uuid NOT NULL,
    method character varying(16) NOT NULL,
    subject uuid NOT NULL,
    shown_digest character varying(64) NOT NULL,
    code_hash character varying(64) NOT NULL,
    tries smallint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    proven_at timestamp with time zone,
    by_id uuid NOT NULL,
    CONSTRAINT seals_weaker_five_tries CHECK ((tries <= 5)),
    CONSTRAINT seals_weaker_is_a_code_or_proven CHECK (((((code_hash)::text = ''::text) AND ((method)::text = 'session'::text) AND (proven_at IS NOT NULL)) OR ((expires_at IS NOT NULL) AND ((method)::text = 'password+sms'::text) AND (NOT ((code_hash)::text = ''::text))) OR (((code_hash)::text = ''::text) AND ((method)::text = 'password+sms'::text) AND (proven_at IS NOT NULL)))),
    CONSTRAINT seals_weakerproof_tries_check CHECK ((tries >= 0))
);

CREATE TABLE public.signing_accesslink (
    id uuid NOT NULL,
    purpose character varying(24) NOT NULL,
    token_hash character varying(64) NOT NULL,
    pickup_hash character varying(64),
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    revoked boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    case_id uuid NOT NULL,
    party_id uuid,
    session_hash character varying(64) NOT NULL
);

CREATE TABLE public.signing_ceremony (
    id uuid NOT NULL,
    session_hash character varying(64) NOT NULL,
    device bytea NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    task_id uuid NOT NULL
);

CREATE TABLE public.signing_companyseal (
    case_id uuid NOT NULL,
    content bytea NOT NULL,
    digest character varying(64) NOT NULL,
    source character varying(8) NOT NULL,
    made_at timestamp with time zone NOT NULL
);

CREATE TABLE public.signing_consentround (
    id uuid NOT NULL,
    shown_digest character varying(64) NOT NULL,
    terms_digest character varying(64) NOT NULL,
    state character varying(8) NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    closes_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    case_id uuid NOT NULL,
    document_id uuid NOT NULL,
    change uuid,
    CONSTRAINT signing_known_round_state CHECK (((state)::text = ANY ((ARRAY['open'::character varying, 'closed'::character varying, 'void'::character varying])::text[])))
);

CREATE TABLE public.signing_handwriting (
    task_id uuid NOT NULL,
    content bytea NOT NULL,
    digest character varying(64) NOT NULL
);

CREATE TABLE public.signing_insuredconsent (
    id uuid NOT NULL,
    state character varying(10) NOT NULL,
    wanted_at timestamp with time zone,
    asked_at timestamp with time zone,
    times_asked smallint NOT NULL,
    read_at timestamp with time zone,
    answered_at timestamp with time zone,
    details bytea,
    party_id uuid NOT NULL,
    round_id uuid NOT NULL,
    willingness_id uuid,
    ended_at timestamp with time zone,
    ended_by_id uuid,
    ending_wanted boolean NOT NULL,
    withdrawal_id uuid,
    withdrawn_at timestamp with time zone,
    CONSTRAINT signing_consent_is_proven CHECK (((NOT ((state)::text = 'consented'::text)) OR ((answered_at IS NOT NULL) AND (read_at IS NOT NULL) AND (willingness_id IS NOT NULL)))),
    CONSTRAINT signing_insuredconsent_times_asked_check CHECK ((times_asked >= 0)),
    CONSTRAINT signing_known_consent_state CHECK (((state)::text = ANY ((ARRAY['waiting'::character varying, 'consented'::character varying, 'refused'::character varying, 'withdrawn'::character varying, 'removed'::character varying])::text[]))),
    CONSTRAINT signing_withdrawal_is_proven CHECK (((NOT ((state)::text = 'withdrawn'::text)) OR ((withdrawal_id IS NOT NULL) AND (withdrawn_at IS NOT NULL))))
);

CREATE TABLE public.signing_signingtask (
    id uuid NOT NULL,
    field character varying(40) NOT NULL,
    "position" smallint NOT NULL,
    shown_digest character varying(64) NOT NULL,
    state character varying(8) NOT NULL,
    read_at timestamp with time zone,
    accepted_at timestamp with time zone,
    signed_at timestamp with time zone,
    permission_id uuid,
    refusal character varying(200) NOT NULL,
    last_error character varying(400) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    case_id uuid NOT NULL,
    document_id uuid NOT NULL,
    party_id uuid NOT NULL,
    willingness_id uuid,
    acted_by_id uuid,
    CONSTRAINT signing_known_task_state CHECK (((state)::text = ANY ((ARRAY['open'::character varying, 'accepted'::character varying, 'signed'::character varying, 'refused'::character varying, 'void'::character varying])::text[]))),
    CONSTRAINT signing_signingtask_position_check CHECK (("position" >= 0))
);

CREATE TABLE public.templates_clause (
    id uuid NOT NULL,
    code character varying(40) NOT NULL,
    insurer_id uuid NOT NULL
);

CREATE TABLE public.templates_clauseversion (
    id uuid NOT NULL,
    number integer NOT NULL,
    title character varying(200) NOT NULL,
    text text NOT NULL,
    digest character varying(64) NOT NULL,
    written_at timestamp with time zone NOT NULL,
    clause_id uuid NOT NULL,
    written_by_id uuid NOT NULL,
    CONSTRAINT templates_clauseversion_number_check CHECK ((number >= 0))
);

CREATE TABLE public.templates_template (
    id bigint NOT NULL,
    kind character varying(32) NOT NULL,
    insurer_id uuid,
    name character varying(80) NOT NULL,
    product character varying(40) NOT NULL,
    CONSTRAINT templates_library_is_general CHECK (((insurer_id IS NOT NULL) OR ((product)::text = ''::text)))
);

ALTER TABLE public.templates_template ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.templates_template_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.templates_templatefile (
    sha256 character varying(64) NOT NULL,
    data bytea NOT NULL,
    size integer NOT NULL,
    CONSTRAINT templates_templatefile_size_check CHECK ((size >= 0))
);

CREATE TABLE public.templates_templateversion (
    id uuid NOT NULL,
    language character varying(8) NOT NULL,
    digest character varying(64),
    content jsonb NOT NULL,
    json_schema jsonb NOT NULL,
    registered_at timestamp with time zone NOT NULL,
    template_id bigint NOT NULL,
    authors uuid[] NOT NULL,
    base_id uuid,
    checks jsonb NOT NULL,
    files jsonb NOT NULL,
    note character varying(400) NOT NULL,
    number integer,
    retired_at timestamp with time zone,
    review_comment character varying(400) NOT NULL,
    reviewed_at timestamp with time zone,
    reviewed_by_id uuid,
    samples jsonb NOT NULL,
    settings jsonb NOT NULL,
    standard character varying(12) NOT NULL,
    state character varying(10) NOT NULL,
    submitted_at timestamp with time zone,
    submitted_by_id uuid,
    checked character varying(64) NOT NULL,
    checking_since timestamp with time zone,
    CONSTRAINT templates_final_has_digest CHECK ((((state)::text = 'draft'::text) OR (NOT (digest IS NULL)))),
    CONSTRAINT templates_published_is_reviewed CHECK (((number IS NULL) OR ((state)::text = ANY ((ARRAY['draft'::character varying, 'review'::character varying])::text[])) OR (reviewed_by_id IS NOT NULL))),
    CONSTRAINT templates_templateversion_number_check CHECK ((number >= 0))
);

CREATE TABLE public.tracing_pageshown (
    id uuid NOT NULL,
    page character varying(60) NOT NULL,
    session_hash character varying(64) NOT NULL,
    shown_at timestamp with time zone NOT NULL,
    answered_at timestamp with time zone,
    answer_hash character varying(64) NOT NULL,
    details bytea NOT NULL,
    case_id uuid NOT NULL,
    party_id uuid,
    version_id uuid NOT NULL
);

CREATE TABLE public.tracing_pageversion (
    id uuid NOT NULL,
    page character varying(60) NOT NULL,
    template character varying(120) NOT NULL,
    language character varying(8) NOT NULL,
    digest character varying(64) NOT NULL,
    size integer NOT NULL,
    blob_key character varying(200) NOT NULL,
    first_seen timestamp with time zone NOT NULL,
    case_id uuid NOT NULL,
    CONSTRAINT tracing_pageversion_size_check CHECK ((size >= 0))
);

CREATE TABLE public.underwriting_informationrequest (
    id uuid NOT NULL,
    content bytea NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    answered_at timestamp with time zone,
    case_id uuid NOT NULL,
    staff_id uuid NOT NULL
);

CREATE TABLE public.underwriting_underwritingdecision (
    id uuid NOT NULL,
    application_version smallint NOT NULL,
    conclusion character varying(8) NOT NULL,
    authority_needed smallint NOT NULL,
    terms bytea NOT NULL,
    premium_after bigint,
    valid_until date,
    decided_at timestamp with time zone NOT NULL,
    case_id uuid NOT NULL,
    staff_id uuid,
    CONSTRAINT underwriting_underwritingdecision_application_version_check CHECK ((application_version >= 0)),
    CONSTRAINT underwriting_underwritingdecision_authority_needed_check CHECK ((authority_needed >= 0))
);

CREATE UNLOGGED TABLE public.web_cache (
    cache_key character varying(255) NOT NULL,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);

CREATE TABLE public.web_ratecounter (
    key character varying(64) NOT NULL,
    count integer NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT web_ratecounter_count_check CHECK ((count >= 0))
);

CREATE TABLE public.web_stafflogin (
    id uuid NOT NULL,
    method character varying(16) NOT NULL,
    device character varying(40) NOT NULL,
    network character varying(43) NOT NULL,
    started_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    user_id integer NOT NULL
);

ALTER TABLE ONLY public.procrastinate_events ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_events_id_seq'::regclass);

ALTER TABLE ONLY public.procrastinate_jobs ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_jobs_id_seq'::regclass);

ALTER TABLE ONLY public.procrastinate_periodic_defers ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_periodic_defers_id_seq'::regclass);

INSERT INTO public.auth_permission VALUES (1, 'Can add permission', 1, 'add_permission');
INSERT INTO public.auth_permission VALUES (2, 'Can change permission', 1, 'change_permission');
INSERT INTO public.auth_permission VALUES (3, 'Can delete permission', 1, 'delete_permission');
INSERT INTO public.auth_permission VALUES (4, 'Can view permission', 1, 'view_permission');
INSERT INTO public.auth_permission VALUES (5, 'Can add group', 2, 'add_group');
INSERT INTO public.auth_permission VALUES (6, 'Can change group', 2, 'change_group');
INSERT INTO public.auth_permission VALUES (7, 'Can delete group', 2, 'delete_group');
INSERT INTO public.auth_permission VALUES (8, 'Can view group', 2, 'view_group');
INSERT INTO public.auth_permission VALUES (9, 'Can add user', 3, 'add_user');
INSERT INTO public.auth_permission VALUES (10, 'Can change user', 3, 'change_user');
INSERT INTO public.auth_permission VALUES (11, 'Can delete user', 3, 'delete_user');
INSERT INTO public.auth_permission VALUES (12, 'Can view user', 3, 'view_user');
INSERT INTO public.auth_permission VALUES (13, 'Can add content type', 4, 'add_contenttype');
INSERT INTO public.auth_permission VALUES (14, 'Can change content type', 4, 'change_contenttype');
INSERT INTO public.auth_permission VALUES (15, 'Can delete content type', 4, 'delete_contenttype');
INSERT INTO public.auth_permission VALUES (16, 'Can view content type', 4, 'view_contenttype');
INSERT INTO public.auth_permission VALUES (17, 'Can add session', 5, 'add_session');
INSERT INTO public.auth_permission VALUES (18, 'Can change session', 5, 'change_session');
INSERT INTO public.auth_permission VALUES (19, 'Can delete session', 5, 'delete_session');
INSERT INTO public.auth_permission VALUES (20, 'Can view session', 5, 'view_session');
INSERT INTO public.auth_permission VALUES (21, 'Can add procrastinate event', 6, 'add_procrastinateevent');
INSERT INTO public.auth_permission VALUES (22, 'Can change procrastinate event', 6, 'change_procrastinateevent');
INSERT INTO public.auth_permission VALUES (23, 'Can delete procrastinate event', 6, 'delete_procrastinateevent');
INSERT INTO public.auth_permission VALUES (24, 'Can view procrastinate event', 6, 'view_procrastinateevent');
INSERT INTO public.auth_permission VALUES (25, 'Can add procrastinate job', 7, 'add_procrastinatejob');
INSERT INTO public.auth_permission VALUES (26, 'Can change procrastinate job', 7, 'change_procrastinatejob');
INSERT INTO public.auth_permission VALUES (27, 'Can delete procrastinate job', 7, 'delete_procrastinatejob');
INSERT INTO public.auth_permission VALUES (28, 'Can view procrastinate job', 7, 'view_procrastinatejob');
INSERT INTO public.auth_permission VALUES (29, 'Can add procrastinate periodic defer', 8, 'add_procrastinateperiodicdefer');
INSERT INTO public.auth_permission VALUES (30, 'Can change procrastinate periodic defer', 8, 'change_procrastinateperiodicdefer');
INSERT INTO public.auth_permission VALUES (31, 'Can delete procrastinate periodic defer', 8, 'delete_procrastinateperiodicdefer');
INSERT INTO public.auth_permission VALUES (32, 'Can view procrastinate periodic defer', 8, 'view_procrastinateperiodicdefer');
INSERT INTO public.auth_permission VALUES (33, 'Can add procrastinate worker', 9, 'add_procrastinateworker');
INSERT INTO public.auth_permission VALUES (34, 'Can change procrastinate worker', 9, 'change_procrastinateworker');
INSERT INTO public.auth_permission VALUES (35, 'Can delete procrastinate worker', 9, 'delete_procrastinateworker');
INSERT INTO public.auth_permission VALUES (36, 'Can view procrastinate worker', 9, 'view_procrastinateworker');
INSERT INTO public.auth_permission VALUES (37, 'Can add email address', 10, 'add_emailaddress');
INSERT INTO public.auth_permission VALUES (38, 'Can change email address', 10, 'change_emailaddress');
INSERT INTO public.auth_permission VALUES (39, 'Can delete email address', 10, 'delete_emailaddress');
INSERT INTO public.auth_permission VALUES (40, 'Can view email address', 10, 'view_emailaddress');
INSERT INTO public.auth_permission VALUES (41, 'Can add email confirmation', 11, 'add_emailconfirmation');
INSERT INTO public.auth_permission VALUES (42, 'Can change email confirmation', 11, 'change_emailconfirmation');
INSERT INTO public.auth_permission VALUES (43, 'Can delete email confirmation', 11, 'delete_emailconfirmation');
INSERT INTO public.auth_permission VALUES (44, 'Can view email confirmation', 11, 'view_emailconfirmation');
INSERT INTO public.auth_permission VALUES (45, 'Can add authenticator', 12, 'add_authenticator');
INSERT INTO public.auth_permission VALUES (46, 'Can change authenticator', 12, 'change_authenticator');
INSERT INTO public.auth_permission VALUES (47, 'Can delete authenticator', 12, 'delete_authenticator');
INSERT INTO public.auth_permission VALUES (48, 'Can view authenticator', 12, 'view_authenticator');
INSERT INTO public.auth_permission VALUES (49, 'Can add application', 13, 'add_application');
INSERT INTO public.auth_permission VALUES (50, 'Can change application', 13, 'change_application');
INSERT INTO public.auth_permission VALUES (51, 'Can delete application', 13, 'delete_application');
INSERT INTO public.auth_permission VALUES (52, 'Can view application', 13, 'view_application');
INSERT INTO public.auth_permission VALUES (53, 'Can add access token', 14, 'add_accesstoken');
INSERT INTO public.auth_permission VALUES (54, 'Can change access token', 14, 'change_accesstoken');
INSERT INTO public.auth_permission VALUES (55, 'Can delete access token', 14, 'delete_accesstoken');
INSERT INTO public.auth_permission VALUES (56, 'Can view access token', 14, 'view_accesstoken');
INSERT INTO public.auth_permission VALUES (57, 'Can add grant', 15, 'add_grant');
INSERT INTO public.auth_permission VALUES (58, 'Can change grant', 15, 'change_grant');
INSERT INTO public.auth_permission VALUES (59, 'Can delete grant', 15, 'delete_grant');
INSERT INTO public.auth_permission VALUES (60, 'Can view grant', 15, 'view_grant');
INSERT INTO public.auth_permission VALUES (61, 'Can add refresh token', 16, 'add_refreshtoken');
INSERT INTO public.auth_permission VALUES (62, 'Can change refresh token', 16, 'change_refreshtoken');
INSERT INTO public.auth_permission VALUES (63, 'Can delete refresh token', 16, 'delete_refreshtoken');
INSERT INTO public.auth_permission VALUES (64, 'Can view refresh token', 16, 'view_refreshtoken');
INSERT INTO public.auth_permission VALUES (65, 'Can add id token', 17, 'add_idtoken');
INSERT INTO public.auth_permission VALUES (66, 'Can change id token', 17, 'change_idtoken');
INSERT INTO public.auth_permission VALUES (67, 'Can delete id token', 17, 'delete_idtoken');
INSERT INTO public.auth_permission VALUES (68, 'Can view id token', 17, 'view_idtoken');
INSERT INTO public.auth_permission VALUES (69, 'Can add device grant', 18, 'add_devicegrant');
INSERT INTO public.auth_permission VALUES (70, 'Can change device grant', 18, 'change_devicegrant');
INSERT INTO public.auth_permission VALUES (71, 'Can delete device grant', 18, 'delete_devicegrant');
INSERT INTO public.auth_permission VALUES (72, 'Can view device grant', 18, 'view_devicegrant');
INSERT INTO public.auth_permission VALUES (73, 'Can add data key', 19, 'add_datakey');
INSERT INTO public.auth_permission VALUES (74, 'Can change data key', 19, 'change_datakey');
INSERT INTO public.auth_permission VALUES (75, 'Can delete data key', 19, 'delete_datakey');
INSERT INTO public.auth_permission VALUES (76, 'Can view data key', 19, 'view_datakey');
INSERT INTO public.auth_permission VALUES (77, 'Can add instance fact', 20, 'add_instancefact');
INSERT INTO public.auth_permission VALUES (78, 'Can change instance fact', 20, 'change_instancefact');
INSERT INTO public.auth_permission VALUES (79, 'Can delete instance fact', 20, 'delete_instancefact');
INSERT INTO public.auth_permission VALUES (80, 'Can view instance fact', 20, 'view_instancefact');
INSERT INTO public.auth_permission VALUES (81, 'Can add job failure', 21, 'add_jobfailure');
INSERT INTO public.auth_permission VALUES (82, 'Can change job failure', 21, 'change_jobfailure');
INSERT INTO public.auth_permission VALUES (83, 'Can delete job failure', 21, 'delete_jobfailure');
INSERT INTO public.auth_permission VALUES (84, 'Can view job failure', 21, 'view_jobfailure');
INSERT INTO public.auth_permission VALUES (85, 'Can add evidence event', 22, 'add_evidenceevent');
INSERT INTO public.auth_permission VALUES (86, 'Can change evidence event', 22, 'change_evidenceevent');
INSERT INTO public.auth_permission VALUES (87, 'Can delete evidence event', 22, 'delete_evidenceevent');
INSERT INTO public.auth_permission VALUES (88, 'Can view evidence event', 22, 'view_evidenceevent');
INSERT INTO public.auth_permission VALUES (89, 'Can add evidence detail', 23, 'add_evidencedetail');
INSERT INTO public.auth_permission VALUES (90, 'Can change evidence detail', 23, 'change_evidencedetail');
INSERT INTO public.auth_permission VALUES (91, 'Can delete evidence detail', 23, 'delete_evidencedetail');
INSERT INTO public.auth_permission VALUES (92, 'Can view evidence detail', 23, 'view_evidencedetail');
INSERT INTO public.auth_permission VALUES (93, 'Can add evidence stream', 24, 'add_evidencestream');
INSERT INTO public.auth_permission VALUES (94, 'Can change evidence stream', 24, 'change_evidencestream');
INSERT INTO public.auth_permission VALUES (95, 'Can delete evidence stream', 24, 'delete_evidencestream');
INSERT INTO public.auth_permission VALUES (96, 'Can view evidence stream', 24, 'view_evidencestream');
INSERT INTO public.auth_permission VALUES (97, 'Can add insurer', 25, 'add_insurer');
INSERT INTO public.auth_permission VALUES (98, 'Can change insurer', 25, 'change_insurer');
INSERT INTO public.auth_permission VALUES (99, 'Can delete insurer', 25, 'delete_insurer');
INSERT INTO public.auth_permission VALUES (100, 'Can view insurer', 25, 'view_insurer');
INSERT INTO public.auth_permission VALUES (101, 'Can add branch', 26, 'add_branch');
INSERT INTO public.auth_permission VALUES (102, 'Can change branch', 26, 'change_branch');
INSERT INTO public.auth_permission VALUES (103, 'Can delete branch', 26, 'delete_branch');
INSERT INTO public.auth_permission VALUES (104, 'Can view branch', 26, 'view_branch');
INSERT INTO public.auth_permission VALUES (105, 'Can add salesperson', 27, 'add_salesperson');
INSERT INTO public.auth_permission VALUES (106, 'Can change salesperson', 27, 'change_salesperson');
INSERT INTO public.auth_permission VALUES (107, 'Can delete salesperson', 27, 'delete_salesperson');
INSERT INTO public.auth_permission VALUES (108, 'Can view salesperson', 27, 'view_salesperson');
INSERT INTO public.auth_permission VALUES (109, 'Can add staff member', 28, 'add_staffmember');
INSERT INTO public.auth_permission VALUES (110, 'Can change staff member', 28, 'change_staffmember');
INSERT INTO public.auth_permission VALUES (111, 'Can delete staff member', 28, 'delete_staffmember');
INSERT INTO public.auth_permission VALUES (112, 'Can view staff member', 28, 'view_staffmember');
INSERT INTO public.auth_permission VALUES (113, 'Can add passkey', 29, 'add_passkey');
INSERT INTO public.auth_permission VALUES (114, 'Can change passkey', 29, 'change_passkey');
INSERT INTO public.auth_permission VALUES (115, 'Can delete passkey', 29, 'delete_passkey');
INSERT INTO public.auth_permission VALUES (116, 'Can view passkey', 29, 'view_passkey');
INSERT INTO public.auth_permission VALUES (117, 'Can add passkey challenge', 30, 'add_passkeychallenge');
INSERT INTO public.auth_permission VALUES (118, 'Can change passkey challenge', 30, 'change_passkeychallenge');
INSERT INTO public.auth_permission VALUES (119, 'Can delete passkey challenge', 30, 'delete_passkeychallenge');
INSERT INTO public.auth_permission VALUES (120, 'Can view passkey challenge', 30, 'view_passkeychallenge');
INSERT INTO public.auth_permission VALUES (121, 'Can add written name', 31, 'add_writtenname');
INSERT INTO public.auth_permission VALUES (122, 'Can change written name', 31, 'change_writtenname');
INSERT INTO public.auth_permission VALUES (123, 'Can delete written name', 31, 'delete_writtenname');
INSERT INTO public.auth_permission VALUES (124, 'Can view written name', 31, 'view_writtenname');
INSERT INTO public.auth_permission VALUES (125, 'Can add sign on link', 32, 'add_signonlink');
INSERT INTO public.auth_permission VALUES (126, 'Can change sign on link', 32, 'change_signonlink');
INSERT INTO public.auth_permission VALUES (127, 'Can delete sign on link', 32, 'delete_signonlink');
INSERT INTO public.auth_permission VALUES (128, 'Can view sign on link', 32, 'view_signonlink');
INSERT INTO public.auth_permission VALUES (129, 'Can add delegation', 33, 'add_delegation');
INSERT INTO public.auth_permission VALUES (130, 'Can change delegation', 33, 'change_delegation');
INSERT INTO public.auth_permission VALUES (131, 'Can delete delegation', 33, 'delete_delegation');
INSERT INTO public.auth_permission VALUES (132, 'Can view delegation', 33, 'view_delegation');
INSERT INTO public.auth_permission VALUES (133, 'Can add insurer authentication', 34, 'add_insurerauthentication');
INSERT INTO public.auth_permission VALUES (134, 'Can change insurer authentication', 34, 'change_insurerauthentication');
INSERT INTO public.auth_permission VALUES (135, 'Can delete insurer authentication', 34, 'delete_insurerauthentication');
INSERT INTO public.auth_permission VALUES (136, 'Can view insurer authentication', 34, 'view_insurerauthentication');
INSERT INTO public.auth_permission VALUES (137, 'Can add role binding', 35, 'add_rolebinding');
INSERT INTO public.auth_permission VALUES (138, 'Can change role binding', 35, 'change_rolebinding');
INSERT INTO public.auth_permission VALUES (139, 'Can delete role binding', 35, 'delete_rolebinding');
INSERT INTO public.auth_permission VALUES (140, 'Can view role binding', 35, 'view_rolebinding');
INSERT INTO public.auth_permission VALUES (141, 'Can add account request', 36, 'add_accountrequest');
INSERT INTO public.auth_permission VALUES (142, 'Can change account request', 36, 'change_accountrequest');
INSERT INTO public.auth_permission VALUES (143, 'Can delete account request', 36, 'delete_accountrequest');
INSERT INTO public.auth_permission VALUES (144, 'Can view account request', 36, 'view_accountrequest');
INSERT INTO public.auth_permission VALUES (145, 'Can add first password', 37, 'add_firstpassword');
INSERT INTO public.auth_permission VALUES (146, 'Can change first password', 37, 'change_firstpassword');
INSERT INTO public.auth_permission VALUES (147, 'Can delete first password', 37, 'delete_firstpassword');
INSERT INTO public.auth_permission VALUES (148, 'Can view first password', 37, 'view_firstpassword');
INSERT INTO public.auth_permission VALUES (149, 'Can add product version', 38, 'add_productversion');
INSERT INTO public.auth_permission VALUES (150, 'Can change product version', 38, 'change_productversion');
INSERT INTO public.auth_permission VALUES (151, 'Can delete product version', 38, 'delete_productversion');
INSERT INTO public.auth_permission VALUES (152, 'Can view product version', 38, 'view_productversion');
INSERT INTO public.auth_permission VALUES (153, 'Can add case', 39, 'add_case');
INSERT INTO public.auth_permission VALUES (154, 'Can change case', 39, 'change_case');
INSERT INTO public.auth_permission VALUES (155, 'Can delete case', 39, 'delete_case');
INSERT INTO public.auth_permission VALUES (156, 'Can view case', 39, 'view_case');
INSERT INTO public.auth_permission VALUES (157, 'Can add application', 40, 'add_application');
INSERT INTO public.auth_permission VALUES (158, 'Can change application', 40, 'change_application');
INSERT INTO public.auth_permission VALUES (159, 'Can delete application', 40, 'delete_application');
INSERT INTO public.auth_permission VALUES (160, 'Can view application', 40, 'view_application');
INSERT INTO public.auth_permission VALUES (161, 'Can add case party', 41, 'add_caseparty');
INSERT INTO public.auth_permission VALUES (162, 'Can change case party', 41, 'change_caseparty');
INSERT INTO public.auth_permission VALUES (163, 'Can delete case party', 41, 'delete_caseparty');
INSERT INTO public.auth_permission VALUES (164, 'Can view case party', 41, 'view_caseparty');
INSERT INTO public.auth_permission VALUES (165, 'Can add case step', 42, 'add_casestep');
INSERT INTO public.auth_permission VALUES (166, 'Can change case step', 42, 'change_casestep');
INSERT INTO public.auth_permission VALUES (167, 'Can delete case step', 42, 'delete_casestep');
INSERT INTO public.auth_permission VALUES (168, 'Can view case step', 42, 'view_casestep');
INSERT INTO public.auth_permission VALUES (169, 'Can add consent', 43, 'add_consent');
INSERT INTO public.auth_permission VALUES (170, 'Can change consent', 43, 'change_consent');
INSERT INTO public.auth_permission VALUES (171, 'Can delete consent', 43, 'delete_consent');
INSERT INTO public.auth_permission VALUES (172, 'Can view consent', 43, 'view_consent');
INSERT INTO public.auth_permission VALUES (173, 'Can add document', 44, 'add_document');
INSERT INTO public.auth_permission VALUES (174, 'Can change document', 44, 'change_document');
INSERT INTO public.auth_permission VALUES (175, 'Can delete document', 44, 'delete_document');
INSERT INTO public.auth_permission VALUES (176, 'Can view document', 44, 'view_document');
INSERT INTO public.auth_permission VALUES (177, 'Can add revision', 45, 'add_revision');
INSERT INTO public.auth_permission VALUES (178, 'Can change revision', 45, 'change_revision');
INSERT INTO public.auth_permission VALUES (179, 'Can delete revision', 45, 'delete_revision');
INSERT INTO public.auth_permission VALUES (180, 'Can view revision', 45, 'view_revision');
INSERT INTO public.auth_permission VALUES (181, 'Can add template', 46, 'add_template');
INSERT INTO public.auth_permission VALUES (182, 'Can change template', 46, 'change_template');
INSERT INTO public.auth_permission VALUES (183, 'Can delete template', 46, 'delete_template');
INSERT INTO public.auth_permission VALUES (184, 'Can view template', 46, 'view_template');
INSERT INTO public.auth_permission VALUES (185, 'Can add template version', 47, 'add_templateversion');
INSERT INTO public.auth_permission VALUES (186, 'Can change template version', 47, 'change_templateversion');
INSERT INTO public.auth_permission VALUES (187, 'Can delete template version', 47, 'delete_templateversion');
INSERT INTO public.auth_permission VALUES (188, 'Can view template version', 47, 'view_templateversion');
INSERT INTO public.auth_permission VALUES (189, 'Can add clause', 48, 'add_clause');
INSERT INTO public.auth_permission VALUES (190, 'Can change clause', 48, 'change_clause');
INSERT INTO public.auth_permission VALUES (191, 'Can delete clause', 48, 'delete_clause');
INSERT INTO public.auth_permission VALUES (192, 'Can view clause', 48, 'view_clause');
INSERT INTO public.auth_permission VALUES (193, 'Can add clause version', 49, 'add_clauseversion');
INSERT INTO public.auth_permission VALUES (194, 'Can change clause version', 49, 'change_clauseversion');
INSERT INTO public.auth_permission VALUES (195, 'Can delete clause version', 49, 'delete_clauseversion');
INSERT INTO public.auth_permission VALUES (196, 'Can view clause version', 49, 'view_clauseversion');
INSERT INTO public.auth_permission VALUES (197, 'Can add template file', 50, 'add_templatefile');
INSERT INTO public.auth_permission VALUES (198, 'Can change template file', 50, 'change_templatefile');
INSERT INTO public.auth_permission VALUES (199, 'Can delete template file', 50, 'delete_templatefile');
INSERT INTO public.auth_permission VALUES (200, 'Can view template file', 50, 'view_templatefile');
INSERT INTO public.auth_permission VALUES (201, 'Can add certificate record', 51, 'add_certificaterecord');
INSERT INTO public.auth_permission VALUES (202, 'Can change certificate record', 51, 'change_certificaterecord');
INSERT INTO public.auth_permission VALUES (203, 'Can delete certificate record', 51, 'delete_certificaterecord');
INSERT INTO public.auth_permission VALUES (204, 'Can view certificate record', 51, 'view_certificaterecord');
INSERT INTO public.auth_permission VALUES (205, 'Can add seal', 52, 'add_seal');
INSERT INTO public.auth_permission VALUES (206, 'Can change seal', 52, 'change_seal');
INSERT INTO public.auth_permission VALUES (207, 'Can delete seal', 52, 'delete_seal');
INSERT INTO public.auth_permission VALUES (208, 'Can view seal', 52, 'view_seal');
INSERT INTO public.auth_permission VALUES (209, 'Can add seal grant', 53, 'add_sealgrant');
INSERT INTO public.auth_permission VALUES (210, 'Can change seal grant', 53, 'change_sealgrant');
INSERT INTO public.auth_permission VALUES (211, 'Can delete seal grant', 53, 'delete_sealgrant');
INSERT INTO public.auth_permission VALUES (212, 'Can view seal grant', 53, 'view_sealgrant');
INSERT INTO public.auth_permission VALUES (213, 'Can add seal permission', 54, 'add_sealpermission');
INSERT INTO public.auth_permission VALUES (214, 'Can change seal permission', 54, 'change_sealpermission');
INSERT INTO public.auth_permission VALUES (215, 'Can delete seal permission', 54, 'delete_sealpermission');
INSERT INTO public.auth_permission VALUES (216, 'Can view seal permission', 54, 'view_sealpermission');
INSERT INTO public.auth_permission VALUES (217, 'Can add seal use', 55, 'add_sealuse');
INSERT INTO public.auth_permission VALUES (218, 'Can change seal use', 55, 'change_sealuse');
INSERT INTO public.auth_permission VALUES (219, 'Can delete seal use', 55, 'delete_sealuse');
INSERT INTO public.auth_permission VALUES (220, 'Can view seal use', 55, 'view_sealuse');
INSERT INTO public.auth_permission VALUES (221, 'Can add certificate order', 56, 'add_certificateorder');
INSERT INTO public.auth_permission VALUES (222, 'Can change certificate order', 56, 'change_certificateorder');
INSERT INTO public.auth_permission VALUES (223, 'Can delete certificate order', 56, 'delete_certificateorder');
INSERT INTO public.auth_permission VALUES (224, 'Can view certificate order', 56, 'view_certificateorder');
INSERT INTO public.auth_permission VALUES (225, 'Can add revocation request', 57, 'add_revocationrequest');
INSERT INTO public.auth_permission VALUES (226, 'Can change revocation request', 57, 'change_revocationrequest');
INSERT INTO public.auth_permission VALUES (227, 'Can delete revocation request', 57, 'delete_revocationrequest');
INSERT INTO public.auth_permission VALUES (228, 'Can view revocation request', 57, 'view_revocationrequest');
INSERT INTO public.auth_permission VALUES (229, 'Can add seal request', 58, 'add_sealrequest');
INSERT INTO public.auth_permission VALUES (230, 'Can change seal request', 58, 'change_sealrequest');
INSERT INTO public.auth_permission VALUES (231, 'Can delete seal request', 58, 'delete_sealrequest');
INSERT INTO public.auth_permission VALUES (232, 'Can view seal request', 58, 'view_sealrequest');
INSERT INTO public.auth_permission VALUES (233, 'Can add seal request decision', 59, 'add_sealrequestdecision');
INSERT INTO public.auth_permission VALUES (234, 'Can change seal request decision', 59, 'change_sealrequestdecision');
INSERT INTO public.auth_permission VALUES (235, 'Can delete seal request decision', 59, 'delete_sealrequestdecision');
INSERT INTO public.auth_permission VALUES (236, 'Can view seal request decision', 59, 'view_sealrequestdecision');
INSERT INTO public.auth_permission VALUES (237, 'Can add seal request item', 60, 'add_sealrequestitem');
INSERT INTO public.auth_permission VALUES (238, 'Can change seal request item', 60, 'change_sealrequestitem');
INSERT INTO public.auth_permission VALUES (239, 'Can delete seal request item', 60, 'delete_sealrequestitem');
INSERT INTO public.auth_permission VALUES (240, 'Can view seal request item', 60, 'view_sealrequestitem');
INSERT INTO public.auth_permission VALUES (241, 'Can add seal rule', 61, 'add_sealrule');
INSERT INTO public.auth_permission VALUES (242, 'Can change seal rule', 61, 'change_sealrule');
INSERT INTO public.auth_permission VALUES (243, 'Can delete seal rule', 61, 'delete_sealrule');
INSERT INTO public.auth_permission VALUES (244, 'Can view seal rule', 61, 'view_sealrule');
INSERT INTO public.auth_permission VALUES (245, 'Can add grant increase', 62, 'add_grantincrease');
INSERT INTO public.auth_permission VALUES (246, 'Can change grant increase', 62, 'change_grantincrease');
INSERT INTO public.auth_permission VALUES (247, 'Can delete grant increase', 62, 'delete_grantincrease');
INSERT INTO public.auth_permission VALUES (248, 'Can view grant increase', 62, 'view_grantincrease');
INSERT INTO public.auth_permission VALUES (249, 'Can add seal alert', 63, 'add_sealalert');
INSERT INTO public.auth_permission VALUES (250, 'Can change seal alert', 63, 'change_sealalert');
INSERT INTO public.auth_permission VALUES (251, 'Can delete seal alert', 63, 'delete_sealalert');
INSERT INTO public.auth_permission VALUES (252, 'Can view seal alert', 63, 'view_sealalert');
INSERT INTO public.auth_permission VALUES (253, 'Can add seal ending', 64, 'add_sealending');
INSERT INTO public.auth_permission VALUES (254, 'Can change seal ending', 64, 'change_sealending');
INSERT INTO public.auth_permission VALUES (255, 'Can delete seal ending', 64, 'delete_sealending');
INSERT INTO public.auth_permission VALUES (256, 'Can view seal ending', 64, 'view_sealending');
INSERT INTO public.auth_permission VALUES (257, 'Can add seal filing', 65, 'add_sealfiling');
INSERT INTO public.auth_permission VALUES (258, 'Can change seal filing', 65, 'change_sealfiling');
INSERT INTO public.auth_permission VALUES (259, 'Can delete seal filing', 65, 'delete_sealfiling');
INSERT INTO public.auth_permission VALUES (260, 'Can view seal filing', 65, 'view_sealfiling');
INSERT INTO public.auth_permission VALUES (261, 'Can add doubt draft', 66, 'add_doubtdraft');
INSERT INTO public.auth_permission VALUES (262, 'Can change doubt draft', 66, 'change_doubtdraft');
INSERT INTO public.auth_permission VALUES (263, 'Can delete doubt draft', 66, 'delete_doubtdraft');
INSERT INTO public.auth_permission VALUES (264, 'Can view doubt draft', 66, 'view_doubtdraft');
INSERT INTO public.auth_permission VALUES (265, 'Can add known passkey', 67, 'add_knownpasskey');
INSERT INTO public.auth_permission VALUES (266, 'Can change known passkey', 67, 'change_knownpasskey');
INSERT INTO public.auth_permission VALUES (267, 'Can delete known passkey', 67, 'delete_knownpasskey');
INSERT INTO public.auth_permission VALUES (268, 'Can view known passkey', 67, 'view_knownpasskey');
INSERT INTO public.auth_permission VALUES (269, 'Can add weaker proof', 68, 'add_weakerproof');
INSERT INTO public.auth_permission VALUES (270, 'Can change weaker proof', 68, 'change_weakerproof');
INSERT INTO public.auth_permission VALUES (271, 'Can delete weaker proof', 68, 'delete_weakerproof');
INSERT INTO public.auth_permission VALUES (272, 'Can view weaker proof', 68, 'view_weakerproof');
INSERT INTO public.auth_permission VALUES (273, 'Can add notice', 69, 'add_notice');
INSERT INTO public.auth_permission VALUES (274, 'Can change notice', 69, 'change_notice');
INSERT INTO public.auth_permission VALUES (275, 'Can delete notice', 69, 'delete_notice');
INSERT INTO public.auth_permission VALUES (276, 'Can view notice', 69, 'view_notice');
INSERT INTO public.auth_permission VALUES (277, 'Can add willingness', 70, 'add_willingness');
INSERT INTO public.auth_permission VALUES (278, 'Can change willingness', 70, 'change_willingness');
INSERT INTO public.auth_permission VALUES (279, 'Can delete willingness', 70, 'delete_willingness');
INSERT INTO public.auth_permission VALUES (280, 'Can view willingness', 70, 'view_willingness');
INSERT INTO public.auth_permission VALUES (281, 'Can add identity check', 71, 'add_identitycheck');
INSERT INTO public.auth_permission VALUES (282, 'Can change identity check', 71, 'change_identitycheck');
INSERT INTO public.auth_permission VALUES (283, 'Can delete identity check', 71, 'delete_identitycheck');
INSERT INTO public.auth_permission VALUES (284, 'Can view identity check', 71, 'view_identitycheck');
INSERT INTO public.auth_permission VALUES (285, 'Can add one time code', 72, 'add_onetimecode');
INSERT INTO public.auth_permission VALUES (286, 'Can change one time code', 72, 'change_onetimecode');
INSERT INTO public.auth_permission VALUES (287, 'Can delete one time code', 72, 'delete_onetimecode');
INSERT INTO public.auth_permission VALUES (288, 'Can view one time code', 72, 'view_onetimecode');
INSERT INTO public.auth_permission VALUES (289, 'Can add picture', 73, 'add_picture');
INSERT INTO public.auth_permission VALUES (290, 'Can change picture', 73, 'change_picture');
INSERT INTO public.auth_permission VALUES (291, 'Can delete picture', 73, 'delete_picture');
INSERT INTO public.auth_permission VALUES (292, 'Can view picture', 73, 'view_picture');
INSERT INTO public.auth_permission VALUES (293, 'Can add provider callback', 74, 'add_providercallback');
INSERT INTO public.auth_permission VALUES (294, 'Can change provider callback', 74, 'change_providercallback');
INSERT INTO public.auth_permission VALUES (393, 'Can add invoice', 99, 'add_invoice');
INSERT INTO public.auth_permission VALUES (295, 'Can delete provider callback', 74, 'delete_providercallback');
INSERT INTO public.auth_permission VALUES (296, 'Can view provider callback', 74, 'view_providercallback');
INSERT INTO public.auth_permission VALUES (297, 'Can add review', 75, 'add_review');
INSERT INTO public.auth_permission VALUES (298, 'Can change review', 75, 'change_review');
INSERT INTO public.auth_permission VALUES (299, 'Can delete review', 75, 'delete_review');
INSERT INTO public.auth_permission VALUES (300, 'Can view review', 75, 'view_review');
INSERT INTO public.auth_permission VALUES (301, 'Can add customer passkey', 76, 'add_customerpasskey');
INSERT INTO public.auth_permission VALUES (302, 'Can change customer passkey', 76, 'change_customerpasskey');
INSERT INTO public.auth_permission VALUES (303, 'Can delete customer passkey', 76, 'delete_customerpasskey');
INSERT INTO public.auth_permission VALUES (304, 'Can view customer passkey', 76, 'view_customerpasskey');
INSERT INTO public.auth_permission VALUES (305, 'Can add passkey question', 77, 'add_passkeyquestion');
INSERT INTO public.auth_permission VALUES (306, 'Can change passkey question', 77, 'change_passkeyquestion');
INSERT INTO public.auth_permission VALUES (307, 'Can delete passkey question', 77, 'delete_passkeyquestion');
INSERT INTO public.auth_permission VALUES (308, 'Can view passkey question', 77, 'view_passkeyquestion');
INSERT INTO public.auth_permission VALUES (309, 'Can add page version', 78, 'add_pageversion');
INSERT INTO public.auth_permission VALUES (310, 'Can change page version', 78, 'change_pageversion');
INSERT INTO public.auth_permission VALUES (311, 'Can delete page version', 78, 'delete_pageversion');
INSERT INTO public.auth_permission VALUES (312, 'Can view page version', 78, 'view_pageversion');
INSERT INTO public.auth_permission VALUES (313, 'Can add page shown', 79, 'add_pageshown');
INSERT INTO public.auth_permission VALUES (314, 'Can change page shown', 79, 'change_pageshown');
INSERT INTO public.auth_permission VALUES (315, 'Can delete page shown', 79, 'delete_pageshown');
INSERT INTO public.auth_permission VALUES (316, 'Can view page shown', 79, 'view_pageshown');
INSERT INTO public.auth_permission VALUES (317, 'Can add face to face', 80, 'add_facetoface');
INSERT INTO public.auth_permission VALUES (318, 'Can change face to face', 80, 'change_facetoface');
INSERT INTO public.auth_permission VALUES (319, 'Can delete face to face', 80, 'delete_facetoface');
INSERT INTO public.auth_permission VALUES (320, 'Can view face to face', 80, 'view_facetoface');
INSERT INTO public.auth_permission VALUES (321, 'Can add own confirmation', 81, 'add_ownconfirmation');
INSERT INTO public.auth_permission VALUES (322, 'Can change own confirmation', 81, 'change_ownconfirmation');
INSERT INTO public.auth_permission VALUES (323, 'Can delete own confirmation', 81, 'delete_ownconfirmation');
INSERT INTO public.auth_permission VALUES (324, 'Can view own confirmation', 81, 'view_ownconfirmation');
INSERT INTO public.auth_permission VALUES (325, 'Can add staff trace', 82, 'add_stafftrace');
INSERT INTO public.auth_permission VALUES (326, 'Can change staff trace', 82, 'change_stafftrace');
INSERT INTO public.auth_permission VALUES (327, 'Can delete staff trace', 82, 'delete_stafftrace');
INSERT INTO public.auth_permission VALUES (328, 'Can view staff trace', 82, 'view_stafftrace');
INSERT INTO public.auth_permission VALUES (329, 'Can add suspicion', 83, 'add_suspicion');
INSERT INTO public.auth_permission VALUES (330, 'Can change suspicion', 83, 'change_suspicion');
INSERT INTO public.auth_permission VALUES (331, 'Can delete suspicion', 83, 'delete_suspicion');
INSERT INTO public.auth_permission VALUES (332, 'Can view suspicion', 83, 'view_suspicion');
INSERT INTO public.auth_permission VALUES (333, 'Can add trace', 84, 'add_trace');
INSERT INTO public.auth_permission VALUES (334, 'Can change trace', 84, 'change_trace');
INSERT INTO public.auth_permission VALUES (335, 'Can delete trace', 84, 'delete_trace');
INSERT INTO public.auth_permission VALUES (336, 'Can view trace', 84, 'view_trace');
INSERT INTO public.auth_permission VALUES (337, 'Can add badge report', 85, 'add_badgereport');
INSERT INTO public.auth_permission VALUES (338, 'Can change badge report', 85, 'change_badgereport');
INSERT INTO public.auth_permission VALUES (339, 'Can delete badge report', 85, 'delete_badgereport');
INSERT INTO public.auth_permission VALUES (340, 'Can view badge report', 85, 'view_badgereport');
INSERT INTO public.auth_permission VALUES (341, 'Can add conduct rule', 86, 'add_conductrule');
INSERT INTO public.auth_permission VALUES (342, 'Can change conduct rule', 86, 'change_conductrule');
INSERT INTO public.auth_permission VALUES (343, 'Can delete conduct rule', 86, 'delete_conductrule');
INSERT INTO public.auth_permission VALUES (344, 'Can view conduct rule', 86, 'view_conductrule');
INSERT INTO public.auth_permission VALUES (345, 'Can add signing task', 87, 'add_signingtask');
INSERT INTO public.auth_permission VALUES (346, 'Can change signing task', 87, 'change_signingtask');
INSERT INTO public.auth_permission VALUES (347, 'Can delete signing task', 87, 'delete_signingtask');
INSERT INTO public.auth_permission VALUES (348, 'Can view signing task', 87, 'view_signingtask');
INSERT INTO public.auth_permission VALUES (349, 'Can add access link', 88, 'add_accesslink');
INSERT INTO public.auth_permission VALUES (350, 'Can change access link', 88, 'change_accesslink');
INSERT INTO public.auth_permission VALUES (351, 'Can delete access link', 88, 'delete_accesslink');
INSERT INTO public.auth_permission VALUES (352, 'Can view access link', 88, 'view_accesslink');
INSERT INTO public.auth_permission VALUES (353, 'Can add handwriting', 89, 'add_handwriting');
INSERT INTO public.auth_permission VALUES (354, 'Can change handwriting', 89, 'change_handwriting');
INSERT INTO public.auth_permission VALUES (355, 'Can delete handwriting', 89, 'delete_handwriting');
INSERT INTO public.auth_permission VALUES (356, 'Can view handwriting', 89, 'view_handwriting');
INSERT INTO public.auth_permission VALUES (357, 'Can add ceremony', 90, 'add_ceremony');
INSERT INTO public.auth_permission VALUES (358, 'Can change ceremony', 90, 'change_ceremony');
INSERT INTO public.auth_permission VALUES (359, 'Can delete ceremony', 90, 'delete_ceremony');
INSERT INTO public.auth_permission VALUES (360, 'Can view ceremony', 90, 'view_ceremony');
INSERT INTO public.auth_permission VALUES (361, 'Can add consent round', 91, 'add_consentround');
INSERT INTO public.auth_permission VALUES (362, 'Can change consent round', 91, 'change_consentround');
INSERT INTO public.auth_permission VALUES (363, 'Can delete consent round', 91, 'delete_consentround');
INSERT INTO public.auth_permission VALUES (364, 'Can view consent round', 91, 'view_consentround');
INSERT INTO public.auth_permission VALUES (365, 'Can add insured consent', 92, 'add_insuredconsent');
INSERT INTO public.auth_permission VALUES (366, 'Can change insured consent', 92, 'change_insuredconsent');
INSERT INTO public.auth_permission VALUES (367, 'Can delete insured consent', 92, 'delete_insuredconsent');
INSERT INTO public.auth_permission VALUES (368, 'Can view insured consent', 92, 'view_insuredconsent');
INSERT INTO public.auth_permission VALUES (369, 'Can add company seal', 93, 'add_companyseal');
INSERT INTO public.auth_permission VALUES (370, 'Can change company seal', 93, 'change_companyseal');
INSERT INTO public.auth_permission VALUES (371, 'Can delete company seal', 93, 'delete_companyseal');
INSERT INTO public.auth_permission VALUES (372, 'Can view company seal', 93, 'view_companyseal');
INSERT INTO public.auth_permission VALUES (373, 'Can add payment order', 94, 'add_paymentorder');
INSERT INTO public.auth_permission VALUES (374, 'Can change payment order', 94, 'change_paymentorder');
INSERT INTO public.auth_permission VALUES (375, 'Can delete payment order', 94, 'delete_paymentorder');
INSERT INTO public.auth_permission VALUES (376, 'Can view payment order', 94, 'view_paymentorder');
INSERT INTO public.auth_permission VALUES (377, 'Can add gateway callback', 95, 'add_gatewaycallback');
INSERT INTO public.auth_permission VALUES (378, 'Can change gateway callback', 95, 'change_gatewaycallback');
INSERT INTO public.auth_permission VALUES (379, 'Can delete gateway callback', 95, 'delete_gatewaycallback');
INSERT INTO public.auth_permission VALUES (380, 'Can view gateway callback', 95, 'view_gatewaycallback');
INSERT INTO public.auth_permission VALUES (381, 'Can add information request', 96, 'add_informationrequest');
INSERT INTO public.auth_permission VALUES (382, 'Can change information request', 96, 'change_informationrequest');
INSERT INTO public.auth_permission VALUES (383, 'Can delete information request', 96, 'delete_informationrequest');
INSERT INTO public.auth_permission VALUES (384, 'Can view information request', 96, 'view_informationrequest');
INSERT INTO public.auth_permission VALUES (385, 'Can add underwriting decision', 97, 'add_underwritingdecision');
INSERT INTO public.auth_permission VALUES (386, 'Can change underwriting decision', 97, 'change_underwritingdecision');
INSERT INTO public.auth_permission VALUES (387, 'Can delete underwriting decision', 97, 'delete_underwritingdecision');
INSERT INTO public.auth_permission VALUES (388, 'Can view underwriting decision', 97, 'view_underwritingdecision');
INSERT INTO public.auth_permission VALUES (389, 'Can add policy', 98, 'add_policy');
INSERT INTO public.auth_permission VALUES (390, 'Can change policy', 98, 'change_policy');
INSERT INTO public.auth_permission VALUES (391, 'Can delete policy', 98, 'delete_policy');
INSERT INTO public.auth_permission VALUES (392, 'Can view policy', 98, 'view_policy');
INSERT INTO public.auth_permission VALUES (394, 'Can change invoice', 99, 'change_invoice');
INSERT INTO public.auth_permission VALUES (395, 'Can delete invoice', 99, 'delete_invoice');
INSERT INTO public.auth_permission VALUES (396, 'Can view invoice', 99, 'view_invoice');
INSERT INTO public.auth_permission VALUES (397, 'Can add follow up call', 100, 'add_followupcall');
INSERT INTO public.auth_permission VALUES (398, 'Can change follow up call', 100, 'change_followupcall');
INSERT INTO public.auth_permission VALUES (399, 'Can delete follow up call', 100, 'delete_followupcall');
INSERT INTO public.auth_permission VALUES (400, 'Can view follow up call', 100, 'view_followupcall');
INSERT INTO public.auth_permission VALUES (401, 'Can add endorsement', 101, 'add_endorsement');
INSERT INTO public.auth_permission VALUES (402, 'Can change endorsement', 101, 'change_endorsement');
INSERT INTO public.auth_permission VALUES (403, 'Can delete endorsement', 101, 'delete_endorsement');
INSERT INTO public.auth_permission VALUES (404, 'Can view endorsement', 101, 'view_endorsement');
INSERT INTO public.auth_permission VALUES (405, 'Can add policy version', 102, 'add_policyversion');
INSERT INTO public.auth_permission VALUES (406, 'Can change policy version', 102, 'change_policyversion');
INSERT INTO public.auth_permission VALUES (407, 'Can delete policy version', 102, 'delete_policyversion');
INSERT INTO public.auth_permission VALUES (408, 'Can view policy version', 102, 'view_policyversion');
INSERT INTO public.auth_permission VALUES (409, 'Can add difference', 103, 'add_difference');
INSERT INTO public.auth_permission VALUES (410, 'Can change difference', 103, 'change_difference');
INSERT INTO public.auth_permission VALUES (411, 'Can delete difference', 103, 'delete_difference');
INSERT INTO public.auth_permission VALUES (412, 'Can view difference', 103, 'view_difference');
INSERT INTO public.auth_permission VALUES (413, 'Can add claim decision', 104, 'add_claimdecision');
INSERT INTO public.auth_permission VALUES (414, 'Can change claim decision', 104, 'change_claimdecision');
INSERT INTO public.auth_permission VALUES (415, 'Can delete claim decision', 104, 'delete_claimdecision');
INSERT INTO public.auth_permission VALUES (416, 'Can view claim decision', 104, 'view_claimdecision');
INSERT INTO public.auth_permission VALUES (417, 'Can add archive entry', 105, 'add_archiveentry');
INSERT INTO public.auth_permission VALUES (418, 'Can change archive entry', 105, 'change_archiveentry');
INSERT INTO public.auth_permission VALUES (419, 'Can delete archive entry', 105, 'delete_archiveentry');
INSERT INTO public.auth_permission VALUES (420, 'Can view archive entry', 105, 'view_archiveentry');
INSERT INTO public.auth_permission VALUES (421, 'Can add preserved file', 106, 'add_preservedfile');
INSERT INTO public.auth_permission VALUES (422, 'Can change preserved file', 106, 'change_preservedfile');
INSERT INTO public.auth_permission VALUES (423, 'Can delete preserved file', 106, 'delete_preservedfile');
INSERT INTO public.auth_permission VALUES (424, 'Can view preserved file', 106, 'view_preservedfile');
INSERT INTO public.auth_permission VALUES (425, 'Can add preserving fault', 107, 'add_preservingfault');
INSERT INTO public.auth_permission VALUES (426, 'Can change preserving fault', 107, 'change_preservingfault');
INSERT INTO public.auth_permission VALUES (427, 'Can delete preserving fault', 107, 'delete_preservingfault');
INSERT INTO public.auth_permission VALUES (428, 'Can view preserving fault', 107, 'view_preservingfault');
INSERT INTO public.auth_permission VALUES (429, 'Can add webhook delivery', 108, 'add_webhookdelivery');
INSERT INTO public.auth_permission VALUES (430, 'Can change webhook delivery', 108, 'change_webhookdelivery');
INSERT INTO public.auth_permission VALUES (431, 'Can delete webhook delivery', 108, 'delete_webhookdelivery');
INSERT INTO public.auth_permission VALUES (432, 'Can view webhook delivery', 108, 'view_webhookdelivery');
INSERT INTO public.auth_permission VALUES (433, 'Can add api client', 109, 'add_apiclient');
INSERT INTO public.auth_permission VALUES (434, 'Can change api client', 109, 'change_apiclient');
INSERT INTO public.auth_permission VALUES (435, 'Can delete api client', 109, 'delete_apiclient');
INSERT INTO public.auth_permission VALUES (436, 'Can view api client', 109, 'view_apiclient');
INSERT INTO public.auth_permission VALUES (437, 'Can add webhook attempt', 110, 'add_webhookattempt');
INSERT INTO public.auth_permission VALUES (438, 'Can change webhook attempt', 110, 'change_webhookattempt');
INSERT INTO public.auth_permission VALUES (439, 'Can delete webhook attempt', 110, 'delete_webhookattempt');
INSERT INTO public.auth_permission VALUES (440, 'Can view webhook attempt', 110, 'view_webhookattempt');
INSERT INTO public.auth_permission VALUES (441, 'Can add webhook endpoint', 111, 'add_webhookendpoint');
INSERT INTO public.auth_permission VALUES (442, 'Can change webhook endpoint', 111, 'change_webhookendpoint');
INSERT INTO public.auth_permission VALUES (443, 'Can delete webhook endpoint', 111, 'delete_webhookendpoint');
INSERT INTO public.auth_permission VALUES (444, 'Can view webhook endpoint', 111, 'view_webhookendpoint');
INSERT INTO public.auth_permission VALUES (445, 'Can add webhook event', 112, 'add_webhookevent');
INSERT INTO public.auth_permission VALUES (446, 'Can change webhook event', 112, 'change_webhookevent');
INSERT INTO public.auth_permission VALUES (447, 'Can delete webhook event', 112, 'delete_webhookevent');
INSERT INTO public.auth_permission VALUES (448, 'Can view webhook event', 112, 'view_webhookevent');
INSERT INTO public.auth_permission VALUES (449, 'Can add idempotency record', 113, 'add_idempotencyrecord');
INSERT INTO public.auth_permission VALUES (450, 'Can change idempotency record', 113, 'change_idempotencyrecord');
INSERT INTO public.auth_permission VALUES (451, 'Can delete idempotency record', 113, 'delete_idempotencyrecord');
INSERT INTO public.auth_permission VALUES (452, 'Can view idempotency record', 113, 'view_idempotencyrecord');
INSERT INTO public.auth_permission VALUES (453, 'Can add rate counter', 114, 'add_ratecounter');
INSERT INTO public.auth_permission VALUES (454, 'Can change rate counter', 114, 'change_ratecounter');
INSERT INTO public.auth_permission VALUES (455, 'Can delete rate counter', 114, 'delete_ratecounter');
INSERT INTO public.auth_permission VALUES (456, 'Can view rate counter', 114, 'view_ratecounter');
INSERT INTO public.auth_permission VALUES (457, 'Can add staff log in', 115, 'add_stafflogin');
INSERT INTO public.auth_permission VALUES (458, 'Can change staff log in', 115, 'change_stafflogin');
INSERT INTO public.auth_permission VALUES (459, 'Can delete staff log in', 115, 'delete_stafflogin');
INSERT INTO public.auth_permission VALUES (460, 'Can view staff log in', 115, 'view_stafflogin');

INSERT INTO public.django_content_type VALUES (1, 'auth', 'permission');
INSERT INTO public.django_content_type VALUES (2, 'auth', 'group');
INSERT INTO public.django_content_type VALUES (3, 'auth', 'user');
INSERT INTO public.django_content_type VALUES (4, 'contenttypes', 'contenttype');
INSERT INTO public.django_content_type VALUES (5, 'sessions', 'session');
INSERT INTO public.django_content_type VALUES (6, 'procrastinate', 'procrastinateevent');
INSERT INTO public.django_content_type VALUES (7, 'procrastinate', 'procrastinatejob');
INSERT INTO public.django_content_type VALUES (8, 'procrastinate', 'procrastinateperiodicdefer');
INSERT INTO public.django_content_type VALUES (9, 'procrastinate', 'procrastinateworker');
INSERT INTO public.django_content_type VALUES (10, 'account', 'emailaddress');
INSERT INTO public.django_content_type VALUES (11, 'account', 'emailconfirmation');
INSERT INTO public.django_content_type VALUES (12, 'mfa', 'authenticator');
INSERT INTO public.django_content_type VALUES (13, 'oauth2_provider', 'application');
INSERT INTO public.django_content_type VALUES (14, 'oauth2_provider', 'accesstoken');
INSERT INTO public.django_content_type VALUES (15, 'oauth2_provider', 'grant');
INSERT INTO public.django_content_type VALUES (16, 'oauth2_provider', 'refreshtoken');
INSERT INTO public.django_content_type VALUES (17, 'oauth2_provider', 'idtoken');
INSERT INTO public.django_content_type VALUES (18, 'oauth2_provider', 'devicegrant');
INSERT INTO public.django_content_type VALUES (19, 'base', 'datakey');
INSERT INTO public.django_content_type VALUES (20, 'base', 'instancefact');
INSERT INTO public.django_content_type VALUES (21, 'base', 'jobfailure');
INSERT INTO public.django_content_type VALUES (22, 'chronicle', 'evidenceevent');
INSERT INTO public.django_content_type VALUES (23, 'chronicle', 'evidencedetail');
INSERT INTO public.django_content_type VALUES (24, 'chronicle', 'evidencestream');
INSERT INTO public.django_content_type VALUES (25, 'parties', 'insurer');
INSERT INTO public.django_content_type VALUES (26, 'parties', 'branch');
INSERT INTO public.django_content_type VALUES (27, 'parties', 'salesperson');
INSERT INTO public.django_content_type VALUES (28, 'parties', 'staffmember');
INSERT INTO public.django_content_type VALUES (29, 'parties', 'passkey');
INSERT INTO public.django_content_type VALUES (30, 'parties', 'passkeychallenge');
INSERT INTO public.django_content_type VALUES (31, 'parties', 'writtenname');
INSERT INTO public.django_content_type VALUES (32, 'parties', 'signonlink');
INSERT INTO public.django_content_type VALUES (33, 'parties', 'delegation');
INSERT INTO public.django_content_type VALUES (34, 'parties', 'insurerauthentication');
INSERT INTO public.django_content_type VALUES (35, 'parties', 'rolebinding');
INSERT INTO public.django_content_type VALUES (36, 'parties', 'accountrequest');
INSERT INTO public.django_content_type VALUES (37, 'parties', 'firstpassword');
INSERT INTO public.django_content_type VALUES (38, 'products', 'productversion');
INSERT INTO public.django_content_type VALUES (39, 'cases', 'case');
INSERT INTO public.django_content_type VALUES (40, 'cases', 'application');
INSERT INTO public.django_content_type VALUES (41, 'cases', 'caseparty');
INSERT INTO public.django_content_type VALUES (42, 'cases', 'casestep');
INSERT INTO public.django_content_type VALUES (43, 'cases', 'consent');
INSERT INTO public.django_content_type VALUES (44, 'cases', 'document');
INSERT INTO public.django_content_type VALUES (45, 'cases', 'revision');
INSERT INTO public.django_content_type VALUES (46, 'templates', 'template');
INSERT INTO public.django_content_type VALUES (47, 'templates', 'templateversion');
INSERT INTO public.django_content_type VALUES (48, 'templates', 'clause');
INSERT INTO public.django_content_type VALUES (49, 'templates', 'clauseversion');
INSERT INTO public.django_content_type VALUES (50, 'templates', 'templatefile');
INSERT INTO public.django_content_type VALUES (51, 'seals', 'certificaterecord');
INSERT INTO public.django_content_type VALUES (52, 'seals', 'seal');
INSERT INTO public.django_content_type VALUES (53, 'seals', 'sealgrant');
INSERT INTO public.django_content_type VALUES (54, 'seals', 'sealpermission');
INSERT INTO public.django_content_type VALUES (55, 'seals', 'sealuse');
INSERT INTO public.django_content_type VALUES (56, 'seals', 'certificateorder');
INSERT INTO public.django_content_type VALUES (57, 'seals', 'revocationrequest');
INSERT INTO public.django_content_type VALUES (58, 'seals', 'sealrequest');
INSERT INTO public.django_content_type VALUES (59, 'seals', 'sealrequestdecision');
INSERT INTO public.django_content_type VALUES (60, 'seals', 'sealrequestitem');
INSERT INTO public.django_content_type VALUES (61, 'seals', 'sealrule');
INSERT INTO public.django_content_type VALUES (62, 'seals', 'grantincrease');
INSERT INTO public.django_content_type VALUES (63, 'seals', 'sealalert');
INSERT INTO public.django_content_type VALUES (64, 'seals', 'sealending');
INSERT INTO public.django_content_type VALUES (65, 'seals', 'sealfiling');
INSERT INTO public.django_content_type VALUES (66, 'seals', 'doubtdraft');
INSERT INTO public.django_content_type VALUES (67, 'seals', 'knownpasskey');
INSERT INTO public.django_content_type VALUES (68, 'seals', 'weakerproof');
INSERT INTO public.django_content_type VALUES (69, 'notices', 'notice');
INSERT INTO public.django_content_type VALUES (70, 'identity', 'willingness');
INSERT INTO public.django_content_type VALUES (71, 'identity', 'identitycheck');
INSERT INTO public.django_content_type VALUES (72, 'identity', 'onetimecode');
INSERT INTO public.django_content_type VALUES (73, 'identity', 'picture');
INSERT INTO public.django_content_type VALUES (74, 'identity', 'providercallback');
INSERT INTO public.django_content_type VALUES (75, 'identity', 'review');
INSERT INTO public.django_content_type VALUES (76, 'identity', 'customerpasskey');
INSERT INTO public.django_content_type VALUES (77, 'identity', 'passkeyquestion');
INSERT INTO public.django_content_type VALUES (78, 'tracing', 'pageversion');
INSERT INTO public.django_content_type VALUES (79, 'tracing', 'pageshown');
INSERT INTO public.django_content_type VALUES (80, 'conduct', 'facetoface');
INSERT INTO public.django_content_type VALUES (81, 'conduct', 'ownconfirmation');
INSERT INTO public.django_content_type VALUES (82, 'conduct', 'stafftrace');
INSERT INTO public.django_content_type VALUES (83, 'conduct', 'suspicion');
INSERT INTO public.django_content_type VALUES (84, 'conduct', 'trace');
INSERT INTO public.django_content_type VALUES (85, 'conduct', 'badgereport');
INSERT INTO public.django_content_type VALUES (86, 'conduct', 'conductrule');
INSERT INTO public.django_content_type VALUES (87, 'signing', 'signingtask');
INSERT INTO public.django_content_type VALUES (88, 'signing', 'accesslink');
INSERT INTO public.django_content_type VALUES (89, 'signing', 'handwriting');
INSERT INTO public.django_content_type VALUES (90, 'signing', 'ceremony');
INSERT INTO public.django_content_type VALUES (91, 'signing', 'consentround');
INSERT INTO public.django_content_type VALUES (92, 'signing', 'insuredconsent');
INSERT INTO public.django_content_type VALUES (93, 'signing', 'companyseal');
INSERT INTO public.django_content_type VALUES (94, 'payments', 'paymentorder');
INSERT INTO public.django_content_type VALUES (95, 'payments', 'gatewaycallback');
INSERT INTO public.django_content_type VALUES (96, 'underwriting', 'informationrequest');
INSERT INTO public.django_content_type VALUES (97, 'underwriting', 'underwritingdecision');
INSERT INTO public.django_content_type VALUES (98, 'policies', 'policy');
INSERT INTO public.django_content_type VALUES (99, 'policies', 'invoice');
INSERT INTO public.django_content_type VALUES (100, 'policies', 'followupcall');
INSERT INTO public.django_content_type VALUES (101, 'policies', 'endorsement');
INSERT INTO public.django_content_type VALUES (102, 'policies', 'policyversion');
INSERT INTO public.django_content_type VALUES (103, 'policies', 'difference');
INSERT INTO public.django_content_type VALUES (104, 'policies', 'claimdecision');
INSERT INTO public.django_content_type VALUES (105, 'archive', 'archiveentry');
INSERT INTO public.django_content_type VALUES (106, 'archive', 'preservedfile');
INSERT INTO public.django_content_type VALUES (107, 'archive', 'preservingfault');
INSERT INTO public.django_content_type VALUES (108, 'integrations', 'webhookdelivery');
INSERT INTO public.django_content_type VALUES (109, 'integrations', 'apiclient');
INSERT INTO public.django_content_type VALUES (110, 'integrations', 'webhookattempt');
INSERT INTO public.django_content_type VALUES (111, 'integrations', 'webhookendpoint');
INSERT INTO public.django_content_type VALUES (112, 'integrations', 'webhookevent');
INSERT INTO public.django_content_type VALUES (113, 'integrations', 'idempotencyrecord');
INSERT INTO public.django_content_type VALUES (114, 'web', 'ratecounter');
INSERT INTO public.django_content_type VALUES (115, 'web', 'stafflogin');

INSERT INTO public.django_migrations VALUES (1, 'contenttypes', '0001_initial', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (2, 'auth', '0001_initial', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (3, 'account', '0001_initial', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (4, 'account', '0002_email_max_length', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (5, 'account', '0003_alter_emailaddress_create_unique_verified_email', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (6, 'account', '0004_alter_emailaddress_drop_unique_email', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (7, 'account', '0005_emailaddress_idx_upper_email', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (8, 'account', '0006_emailaddress_lower', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (9, 'account', '0007_emailaddress_idx_email', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (10, 'account', '0008_emailaddress_unique_primary_email_fixup', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (11, 'account', '0009_emailaddress_unique_primary_email', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (12, 'parties', '0001_initial', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (13, 'products', '0001_initial', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (14, 'procrastinate', '0001_initial', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (15, 'procrastinate', '0002_drop_started_at_column', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (16, 'procrastinate', '0003_drop_started_at_column', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (17, 'procrastinate', '0004_drop_procrastinate_version_table', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (18, 'procrastinate', '0005_fix_procrastinate_fetch_job', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (19, 'procrastinate', '0006_fix_trigger_status_events_insert', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (20, 'procrastinate', '0007_add_queueing_lock_column', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (21, 'procrastinate', '0008_close_fetch_job_race_condition', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (92, 'base', '0001_initial', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (22, 'procrastinate', '0009_add_defer_job_function', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (23, 'procrastinate', '0010_add_procrastinate_periodic_defers', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (24, 'procrastinate', '0011_add_foreign_key_index', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (25, 'procrastinate', '0012_add_locks_to_periodic_defer', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (26, 'procrastinate', '0013_fix_procrastinate_defer_periodic_job', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (27, 'procrastinate', '0014_add_finish_job_and_retry_job_functions', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (28, 'procrastinate', '0015_add_trigger_on_job_deletion', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (29, 'procrastinate', '0016_delete_finished_jobs', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (30, 'procrastinate', '0017_add_checks_to_finish_job', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (31, 'procrastinate', '0018_add_checks_to_retry_job', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (32, 'procrastinate', '0019_fix_finish_job_compat_issue', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (33, 'procrastinate', '0020_add_index_on_procrastinate_jobs', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (34, 'procrastinate', '0021_add_kwargs_to_defer_periodic_job', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (35, 'procrastinate', '0022_null_locks_excluded', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (36, 'procrastinate', '0023_remove_old_finish_job_function', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (37, 'procrastinate', '0024_job_id_bigint', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (38, 'procrastinate', '0025_add_models', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (39, 'procrastinate', '0026_add_job_priority', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (40, 'procrastinate', '0027_add_periodic_job_priority', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (41, 'procrastinate', '0028_add_cancel_states', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (42, 'procrastinate', '0029_add_additional_params_to_retry_job', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (43, 'procrastinate', '0030_alter_procrastinateevent_options', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (44, 'procrastinate', '0031_add_indexes_for_fetch_job', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (45, 'procrastinate', '0032_pre_cancel_notification', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (46, 'procrastinate', '0033_post_cancel_notification', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (47, 'procrastinate', '0034_pre_add_heartbeat', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (48, 'procrastinate', '0035_post_add_heartbeat', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (49, 'procrastinate', '0036_add_worker_model', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (50, 'procrastinate', '0037_pre_batch_defer_jobs', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (51, 'procrastinate', '0038_post_batch_defer_jobs', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (52, 'procrastinate', '0039_pre_priority_lock_fetch_job', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (53, 'procrastinate', '0040_pre_retry_failed_job', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (54, 'procrastinate', '0041_post_retry_failed_job', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (55, 'oauth2_provider', '0001_initial', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (56, 'oauth2_provider', '0002_auto_20190406_1805', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (57, 'oauth2_provider', '0003_auto_20201211_1314', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (58, 'oauth2_provider', '0004_auto_20200902_2022', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (59, 'oauth2_provider', '0005_auto_20211222_2352', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (60, 'oauth2_provider', '0006_alter_application_client_secret', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (61, 'oauth2_provider', '0007_application_post_logout_redirect_uris', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (62, 'oauth2_provider', '0008_alter_accesstoken_token', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (63, 'oauth2_provider', '0009_add_hash_client_secret', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (64, 'oauth2_provider', '0010_application_allowed_origins', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (65, 'oauth2_provider', '0011_refreshtoken_token_family', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (66, 'oauth2_provider', '0012_add_token_checksum', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (67, 'oauth2_provider', '0013_alter_application_authorization_grant_type_device', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (68, 'oauth2_provider', '0014_alter_help_text', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (69, 'oauth2_provider', '0015_refreshtoken_token_checksum', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (70, 'oauth2_provider', '0016_alter_devicegrant_scope', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (71, 'oauth2_provider', '0017_application_dcr_created', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (72, 'oauth2_provider', '0018_resource_indicators', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (73, 'oauth2_provider', '0019_application_registration_source', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (74, 'oauth2_provider', '0020_cimd_application_fields', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (75, 'oauth2_provider', '0021_translatable_field_labels', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (76, 'oauth2_provider', '0022_refreshtoken_token_family_index', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (77, 'mfa', '0001_initial', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (78, 'mfa', '0002_authenticator_timestamps', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (79, 'mfa', '0003_authenticator_type_uniq', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (80, 'contenttypes', '0002_remove_content_type_name', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (81, 'auth', '0002_alter_permission_name_max_length', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (82, 'auth', '0003_alter_user_email_max_length', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (83, 'auth', '0004_alter_user_username_opts', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (84, 'auth', '0005_alter_user_last_login_null', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (85, 'auth', '0006_require_contenttypes_0002', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (86, 'auth', '0007_alter_validators_add_error_messages', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (87, 'auth', '0008_alter_user_username_max_length', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (88, 'auth', '0009_alter_user_last_name_max_length', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (89, 'auth', '0010_alter_group_name_max_length', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (90, 'auth', '0011_update_proxy_permissions', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (91, 'auth', '0012_alter_user_first_name_max_length', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (93, 'cases', '0001_initial', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (94, 'cases', '0002_transition_trigger', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (95, 'cases', '0003_former_parties', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (96, 'cases', '0004_begins_applying', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (97, 'archive', '0001_initial', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (98, 'archive', '0002_initial', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (99, 'archive', '0003_preserved_file', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (100, 'archive', '0004_preserving_fault', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (101, 'archive', '0005_fault_looked_at', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (102, 'cases', '0005_consent_reading', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (103, 'cases', '0006_consents_of_a_group', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (104, 'cases', '0007_a_companys_own_seal', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (105, 'cases', '0008_prefilled_fields', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (106, 'cases', '0009_a_consent_taken_back', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (107, 'cases', '0010_held_before_the_seal', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (108, 'chronicle', '0001_initial', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (109, 'parties', '0002_template_editor', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (110, 'parties', '0003_passkeys', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (111, 'parties', '0004_written_names', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (112, 'parties', '0005_sign_on_link', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (113, 'parties', '0006_delegation', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (114, 'parties', '0007_organisation', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (115, 'parties', '0008_second_person', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (116, 'parties', '0009_first_passwords', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (117, 'parties', '0010_badge_photo', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (118, 'parties', '0011_two_people_change_the_rule', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (119, 'notices', '0001_initial', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (120, 'identity', '0001_initial', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (121, 'identity', '0002_initial', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (122, 'identity', '0003_the_ladder', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (123, 'conduct', '0001_sales_conduct', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (124, 'conduct', '0002_meetings_of_signers', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (125, 'conduct', '0003_two_people_change_the_rule', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (126, 'conduct', '0004_every_signer_met', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (127, 'identity', '0004_customer_passkeys', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (128, 'identity', '0005_a_removed_passkey', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (129, 'integrations', '0001_initial', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (130, 'payments', '0001_initial', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (131, 'payments', '0002_callbacks_by_result', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (132, 'payments', '0003_refunds', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (133, 'policies', '0001_initial', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (134, 'policies', '0002_claim_decisions', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (135, 'policies', '0003_added_people_consent', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (136, 'products', '0002_versions_never_change', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (137, 'products', '0003_definitions_uncompressed', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (138, 'products', '0004_leave_the_text', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (139, 'seals', '0001_initial', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (140, 'seals', '0002_register_is_final', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (141, 'seals', '0003_certificate_issuer_and_revocation', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (142, 'seals', '0004_certificate_orders', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (143, 'seals', '0005_revocation_request', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (144, 'seals', '0006_picture_by_one_use_by_another', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (145, 'seals', '0007_staff_permission', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (146, 'seals', '0008_seal_requests', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (147, 'seals', '0009_requests_are_final', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (148, 'seals', '0010_increases_and_alerts', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (149, 'seals', '0011_life_of_a_seal', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (150, 'seals', '0012_notices_in_doubt', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (151, 'seals', '0013_grants_by_passkey', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (152, 'seals', '0014_grants_of_approvers', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (153, 'seals', '0015_approvals_known_to_the_keeper', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (154, 'seals', '0016_ended_passkeys_approve_nothing', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (155, 'seals', '0017_staff_sign_what_they_approved', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (156, 'sessions', '0001_initial', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (157, 'signing', '0001_initial', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (158, 'signing', '0002_links_of_one_browser', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (159, 'signing', '0003_consents_of_a_group', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (160, 'signing', '0004_a_companys_own_seal', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (161, 'signing', '0005_added_people_consent', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (162, 'templates', '0001_initial', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (163, 'templates', '0002_versions_never_change', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (164, 'templates', '0003_verification_report', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (165, 'templates', '0004_the_standard_set', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (166, 'templates', '0005_templates_as_data', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (167, 'templates', '0006_checks_as_a_job', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (168, 'templates', '0007_files_nobody_holds', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (169, 'templates', '0008_consent_of_insured', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (170, 'tracing', '0001_initial', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (171, 'underwriting', '0001_initial', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (172, 'web', '0001_initial', '1970-01-01 00:00:00+00');
INSERT INTO public.django_migrations VALUES (173, 'web', '0002_staff_log_ins', '1970-01-01 00:00:00+00');

SELECT pg_catalog.setval('public.account_emailaddress_id_seq', 1, false);

SELECT pg_catalog.setval('public.account_emailconfirmation_id_seq', 1, false);

SELECT pg_catalog.setval('public.auth_group_id_seq', 1, false);

SELECT pg_catalog.setval('public.auth_group_permissions_id_seq', 1, false);

SELECT pg_catalog.setval('public.auth_permission_id_seq', 460, true);

SELECT pg_catalog.setval('public.auth_user_groups_id_seq', 1, false);

SELECT pg_catalog.setval('public.auth_user_id_seq', 1, false);

SELECT pg_catalog.setval('public.auth_user_user_permissions_id_seq', 1, false);

SELECT pg_catalog.setval('public.base_jobfailure_id_seq', 1, false);

SELECT pg_catalog.setval('public.cases_casestep_id_seq', 1, false);

SELECT pg_catalog.setval('public.cases_consent_id_seq', 1, false);

SELECT pg_catalog.setval('public.conduct_ownconfirmation_id_seq', 1, false);

SELECT pg_catalog.setval('public.conduct_stafftrace_id_seq', 1, false);

SELECT pg_catalog.setval('public.conduct_trace_id_seq', 1, false);

SELECT pg_catalog.setval('public.django_content_type_id_seq', 115, true);

SELECT pg_catalog.setval('public.django_migrations_id_seq', 173, true);

SELECT pg_catalog.setval('public.integrations_webhookattempt_id_seq', 1, false);

SELECT pg_catalog.setval('public.mfa_authenticator_id_seq', 1, false);

SELECT pg_catalog.setval('public.oauth2_provider_accesstoken_id_seq', 1, false);

SELECT pg_catalog.setval('public.oauth2_provider_application_id_seq', 1, false);

SELECT pg_catalog.setval('public.oauth2_provider_devicegrant_id_seq', 1, false);

SELECT pg_catalog.setval('public.oauth2_provider_grant_id_seq', 1, false);

SELECT pg_catalog.setval('public.oauth2_provider_idtoken_id_seq', 1, false);

SELECT pg_catalog.setval('public.oauth2_provider_refreshtoken_id_seq', 1, false);

SELECT pg_catalog.setval('public.parties_rolebinding_id_seq', 1, false);

SELECT pg_catalog.setval('public.parties_signonlink_id_seq', 1, false);

SELECT pg_catalog.setval('public.procrastinate_events_id_seq', 1, false);

SELECT pg_catalog.setval('public.procrastinate_jobs_id_seq', 1, false);

SELECT pg_catalog.setval('public.procrastinate_periodic_defers_id_seq', 1, false);

SELECT pg_catalog.setval('public.procrastinate_workers_id_seq', 1, false);

SELECT pg_catalog.setval('public.seals_seal_custodians_id_seq', 1, false);

SELECT pg_catalog.setval('public.templates_template_id_seq', 1, false);

ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_email_987c8728_uniq UNIQUE (user_id, email);

ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_key_key UNIQUE (key);

ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.archive_archiveentry
    ADD CONSTRAINT archive_archiveentry_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.archive_archiveentry
    ADD CONSTRAINT archive_entry_number UNIQUE (case_id, number);

ALTER TABLE ONLY public.archive_preservedfile
    ADD CONSTRAINT archive_preserved_number UNIQUE (document_id, number);

ALTER TABLE ONLY public.archive_preservedfile
    ADD CONSTRAINT archive_preservedfile_blob_key_key UNIQUE (blob_key);

ALTER TABLE ONLY public.archive_preservedfile
    ADD CONSTRAINT archive_preservedfile_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.archive_preservingfault
    ADD CONSTRAINT archive_preservingfault_pkey PRIMARY KEY (document_id);

ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_name_key UNIQUE (name);

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_permission_id_0cd325b0_uniq UNIQUE (group_id, permission_id);

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_codename_01ab375a_uniq UNIQUE (content_type_id, codename);

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_user_id_group_id_94350c0c_uniq UNIQUE (user_id, group_id);

ALTER TABLE ONLY public.auth_user
    ADD CONSTRAINT auth_user_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permissions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permissions_user_id_permission_id_14a6b632_uniq UNIQUE (user_id, permission_id);

ALTER TABLE ONLY public.auth_user
    ADD CONSTRAINT auth_user_username_key UNIQUE (username);

ALTER TABLE ONLY public.base_datakey
    ADD CONSTRAINT base_datakey_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.base_instancefact
    ADD CONSTRAINT base_instancefact_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.base_jobfailure
    ADD CONSTRAINT base_jobfailure_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.cases_application
    ADD CONSTRAINT cases_application_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.cases_application
    ADD CONSTRAINT cases_application_version UNIQUE (case_id, version);

ALTER TABLE ONLY public.cases_case
    ADD CONSTRAINT cases_case_number_key UNIQUE (number);

ALTER TABLE ONLY public.cases_case
    ADD CONSTRAINT cases_case_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.cases_caseparty
    ADD CONSTRAINT cases_caseparty_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.cases_casestep
    ADD CONSTRAINT cases_casestep_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.cases_consent
    ADD CONSTRAINT cases_consent_once UNIQUE NULLS NOT DISTINCT (case_id, signer_role, party_id, key, version);

ALTER TABLE ONLY public.cases_consent
    ADD CONSTRAINT cases_consent_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.cases_document
    ADD CONSTRAINT cases_document_code_key UNIQUE (code);

ALTER TABLE ONLY public.cases_document
    ADD CONSTRAINT cases_document_once_per_subject UNIQUE (case_id, kind, subject);

ALTER TABLE ONLY public.cases_document
    ADD CONSTRAINT cases_document_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.cases_revision
    ADD CONSTRAINT cases_revision_blob_key_key UNIQUE (blob_key);

ALTER TABLE ONLY public.cases_revision
    ADD CONSTRAINT cases_revision_number UNIQUE (document_id, number);

ALTER TABLE ONLY public.cases_revision
    ADD CONSTRAINT cases_revision_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.cases_casestep
    ADD CONSTRAINT cases_step_once UNIQUE NULLS NOT DISTINCT (case_id, party_id, round, name);

ALTER TABLE ONLY public.chronicle_evidencedetail
    ADD CONSTRAINT chronicle_evidencedetail_pkey PRIMARY KEY (event_id);

ALTER TABLE ONLY public.chronicle_evidenceevent
    ADD CONSTRAINT chronicle_evidenceevent_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.chronicle_evidencestream
    ADD CONSTRAINT chronicle_evidencestream_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.chronicle_evidenceevent
    ADD CONSTRAINT chronicle_one_event_per_seq UNIQUE (stream_id, seq);

ALTER TABLE ONLY public.chronicle_evidencestream
    ADD CONSTRAINT chronicle_one_stream_per_subject UNIQUE (kind, subject);

ALTER TABLE ONLY public.conduct_badgereport
    ADD CONSTRAINT conduct_badgereport_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.conduct_conductrule
    ADD CONSTRAINT conduct_conductrule_pkey PRIMARY KEY (insurer_id);

ALTER TABLE ONLY public.conduct_facetoface
    ADD CONSTRAINT conduct_facetoface_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.conduct_ownconfirmation
    ADD CONSTRAINT conduct_ownconfirmation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.conduct_ownconfirmation
    ADD CONSTRAINT conduct_ownconfirmation_willingness_id_key UNIQUE (willingness_id);

ALTER TABLE ONLY public.conduct_stafftrace
    ADD CONSTRAINT conduct_staff_trace_once UNIQUE NULLS NOT DISTINCT (kind, digest, salesperson_id, staff_id);

ALTER TABLE ONLY public.conduct_stafftrace
    ADD CONSTRAINT conduct_stafftrace_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.conduct_suspicion
    ADD CONSTRAINT conduct_suspicion_once UNIQUE (case_id, kind, shared_with, digest);

ALTER TABLE ONLY public.conduct_suspicion
    ADD CONSTRAINT conduct_suspicion_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.conduct_trace
    ADD CONSTRAINT conduct_trace_once UNIQUE (case_id, kind, digest, person);

ALTER TABLE ONLY public.conduct_trace
    ADD CONSTRAINT conduct_trace_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model);

ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.django_session
    ADD CONSTRAINT django_session_pkey PRIMARY KEY (session_key);

ALTER TABLE ONLY public.identity_customerpasskey
    ADD CONSTRAINT identity_customerpasskey_credential_hash_key UNIQUE (credential_hash);

ALTER TABLE ONLY public.identity_customerpasskey
    ADD CONSTRAINT identity_customerpasskey_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.identity_identitycheck
    ADD CONSTRAINT identity_identitycheck_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.identity_picture
    ADD CONSTRAINT identity_one_picture_of_a_kind UNIQUE (made_for_id, kind);

ALTER TABLE ONLY public.identity_onetimecode
    ADD CONSTRAINT identity_onetimecode_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.identity_passkeyquestion
    ADD CONSTRAINT identity_passkeyquestion_nonce_key UNIQUE (nonce);

ALTER TABLE ONLY public.identity_passkeyquestion
    ADD CONSTRAINT identity_passkeyquestion_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.identity_picture
    ADD CONSTRAINT identity_picture_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.identity_providercallback
    ADD CONSTRAINT identity_providercallback_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.identity_review
    ADD CONSTRAINT identity_review_pkey PRIMARY KEY (made_for_id);

ALTER TABLE ONLY public.identity_willingness
    ADD CONSTRAINT identity_willingness_check_made_id_key UNIQUE (check_made_id);

ALTER TABLE ONLY public.identity_willingness
    ADD CONSTRAINT identity_willingness_code_id_key UNIQUE (code_id);

ALTER TABLE ONLY public.identity_willingness
    ADD CONSTRAINT identity_willingness_passkey_answer_id_key UNIQUE (passkey_answer_id);

ALTER TABLE ONLY public.identity_willingness
    ADD CONSTRAINT identity_willingness_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.identity_willingness
    ADD CONSTRAINT identity_willingness_revision_id_key UNIQUE (revision_id);

ALTER TABLE ONLY public.integrations_apiclient
    ADD CONSTRAINT integrations_apiclient_application_id_key UNIQUE (application_id);

ALTER TABLE ONLY public.integrations_apiclient
    ADD CONSTRAINT integrations_apiclient_client_id_key UNIQUE (client_id);

ALTER TABLE ONLY public.integrations_apiclient
    ADD CONSTRAINT integrations_apiclient_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.integrations_webhookevent
    ADD CONSTRAINT integrations_event_once UNIQUE (case_id, type, subject);

ALTER TABLE ONLY public.integrations_idempotencyrecord
    ADD CONSTRAINT integrations_idempotencyrecord_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.integrations_idempotencyrecord
    ADD CONSTRAINT integrations_key_once_per_client UNIQUE (client_id, key);

ALTER TABLE ONLY public.integrations_webhookdelivery
    ADD CONSTRAINT integrations_one_delivery_per_endpoint UNIQUE (event_id, endpoint_id);

ALTER TABLE ONLY public.integrations_webhookattempt
    ADD CONSTRAINT integrations_webhookattempt_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.integrations_webhookdelivery
    ADD CONSTRAINT integrations_webhookdelivery_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.integrations_webhookendpoint
    ADD CONSTRAINT integrations_webhookendpoint_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.integrations_webhookevent
    ADD CONSTRAINT integrations_webhookevent_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.mfa_authenticator
    ADD CONSTRAINT mfa_authenticator_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.notices_notice
    ADD CONSTRAINT notices_notice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.oauth2_provider_accesstoken
    ADD CONSTRAINT oauth2_provider_accesstoken_id_token_id_key UNIQUE (id_token_id);

ALTER TABLE ONLY public.oauth2_provider_accesstoken
    ADD CONSTRAINT oauth2_provider_accesstoken_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.oauth2_provider_accesstoken
    ADD CONSTRAINT oauth2_provider_accesstoken_source_refresh_token_id_key UNIQUE (source_refresh_token_id);

ALTER TABLE ONLY public.oauth2_provider_accesstoken
    ADD CONSTRAINT oauth2_provider_accesstoken_token_checksum_85319a26_uniq UNIQUE (token_checksum);

ALTER TABLE ONLY public.oauth2_provider_application
    ADD CONSTRAINT oauth2_provider_application_client_id_key UNIQUE (client_id);

ALTER TABLE ONLY public.oauth2_provider_application
    ADD CONSTRAINT oauth2_provider_application_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.oauth2_provider_devicegrant
    ADD CONSTRAINT oauth2_provider_devicegrant_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.oauth2_provider_devicegrant
    ADD CONSTRAINT oauth2_provider_devicegrant_unique_device_code UNIQUE (device_code);

ALTER TABLE ONLY public.oauth2_provider_grant
    ADD CONSTRAINT oauth2_provider_grant_code_key UNIQUE (code);

ALTER TABLE ONLY public.oauth2_provider_grant
    ADD CONSTRAINT oauth2_provider_grant_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.oauth2_provider_idtoken
    ADD CONSTRAINT oauth2_provider_idtoken_jti_key UNIQUE (jti);

ALTER TABLE ONLY public.oauth2_provider_idtoken
    ADD CONSTRAINT oauth2_provider_idtoken_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.oauth2_provider_refreshtoken
    ADD CONSTRAINT oauth2_provider_refresht_token_checksum_revoked_46c81d1d_uniq UNIQUE (token_checksum, revoked);

ALTER TABLE ONLY public.oauth2_provider_refreshtoken
    ADD CONSTRAINT oauth2_provider_refreshtoken_access_token_id_key UNIQUE (access_token_id);

ALTER TABLE ONLY public.oauth2_provider_refreshtoken
    ADD CONSTRAINT oauth2_provider_refreshtoken_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.parties_accountrequest
    ADD CONSTRAINT parties_accountrequest_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.parties_branch
    ADD CONSTRAINT parties_branch_code UNIQUE (insurer_id, code);

ALTER TABLE ONLY public.parties_branch
    ADD CONSTRAINT parties_branch_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.parties_delegation
    ADD CONSTRAINT parties_delegation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.parties_firstpassword
    ADD CONSTRAINT parties_firstpassword_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY public.parties_insurer
    ADD CONSTRAINT parties_insurer_code_key UNIQUE (code);

ALTER TABLE ONLY public.parties_insurer
    ADD CONSTRAINT parties_insurer_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.parties_insurer
    ADD CONSTRAINT parties_insurer_uscc_key UNIQUE (uscc);

ALTER TABLE ONLY public.parties_insurerauthentication
    ADD CONSTRAINT parties_insurerauthentication_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.parties_rolebinding
    ADD CONSTRAINT parties_one_place_of_a_role UNIQUE (staff_id, role);

ALTER TABLE ONLY public.parties_passkey
    ADD CONSTRAINT parties_passkey_credential_hash_key UNIQUE (credential_hash);

ALTER TABLE ONLY public.parties_passkey
    ADD CONSTRAINT parties_passkey_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.parties_passkeychallenge
    ADD CONSTRAINT parties_passkeychallenge_nonce_key UNIQUE (nonce);

ALTER TABLE ONLY public.parties_passkeychallenge
    ADD CONSTRAINT parties_passkeychallenge_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.parties_rolebinding
    ADD CONSTRAINT parties_rolebinding_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.parties_salesperson
    ADD CONSTRAINT parties_salesperson_badge_code_key UNIQUE (badge_code);

ALTER TABLE ONLY public.parties_salesperson
    ADD CONSTRAINT parties_salesperson_licence_no_key UNIQUE (licence_no);

ALTER TABLE ONLY public.parties_salesperson
    ADD CONSTRAINT parties_salesperson_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.parties_salesperson
    ADD CONSTRAINT parties_salesperson_user_id_key UNIQUE (user_id);

ALTER TABLE ONLY public.parties_signonlink
    ADD CONSTRAINT parties_sign_on_account_once UNIQUE (issuer, account);

ALTER TABLE ONLY public.parties_signonlink
    ADD CONSTRAINT parties_signonlink_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.parties_signonlink
    ADD CONSTRAINT parties_signonlink_user_id_key UNIQUE (user_id);

ALTER TABLE ONLY public.parties_staffmember
    ADD CONSTRAINT parties_staffmember_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.parties_staffmember
    ADD CONSTRAINT parties_staffmember_user_id_key UNIQUE (user_id);

ALTER TABLE ONLY public.parties_writtenname
    ADD CONSTRAINT parties_writtenname_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments_gatewaycallback
    ADD CONSTRAINT payments_gatewaycallback_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments_paymentorder
    ADD CONSTRAINT payments_paymentorder_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments_paymentorder
    ADD CONSTRAINT payments_paymentorder_transaction_id_key UNIQUE (transaction_id);

ALTER TABLE ONLY public.policies_claimdecision
    ADD CONSTRAINT policies_claimdecision_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.policies_difference
    ADD CONSTRAINT policies_difference_once UNIQUE (case_id, path);

ALTER TABLE ONLY public.policies_difference
    ADD CONSTRAINT policies_difference_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.policies_endorsement
    ADD CONSTRAINT policies_endorsement_number_key UNIQUE (number);

ALTER TABLE ONLY public.policies_endorsement
    ADD CONSTRAINT policies_endorsement_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.policies_followupcall
    ADD CONSTRAINT policies_followupcall_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.policies_followupcall
    ADD CONSTRAINT policies_followupcall_policy_id_key UNIQUE (policy_id);

ALTER TABLE ONLY public.policies_invoice
    ADD CONSTRAINT policies_invoice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.policies_policy
    ADD CONSTRAINT policies_number_once_per_insurer UNIQUE (insurer_id, number);

ALTER TABLE ONLY public.policies_claimdecision
    ADD CONSTRAINT policies_one_decision_per_claim UNIQUE (policy_id, claim_no);

ALTER TABLE ONLY public.policies_policy
    ADD CONSTRAINT policies_policy_acknowledgement_document_id_key UNIQUE (acknowledgement_document_id);

ALTER TABLE ONLY public.policies_policy
    ADD CONSTRAINT policies_policy_case_id_key UNIQUE (case_id);

ALTER TABLE ONLY public.policies_policy
    ADD CONSTRAINT policies_policy_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.policies_policyversion
    ADD CONSTRAINT policies_policyversion_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.policies_policyversion
    ADD CONSTRAINT policies_version_number UNIQUE (policy_id, number);

ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_unique UNIQUE (task_name, periodic_id, defer_timestamp);

ALTER TABLE ONLY public.procrastinate_workers
    ADD CONSTRAINT procrastinate_workers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.products_productversion
    ADD CONSTRAINT products_productversion_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.products_productversion
    ADD CONSTRAINT products_version_once UNIQUE (insurer_id, code, version);

ALTER TABLE ONLY public.seals_sealalert
    ADD CONSTRAINT seals_alert_once UNIQUE (seal_id, kind, about);

ALTER TABLE ONLY public.seals_certificateorder
    ADD CONSTRAINT seals_certificateorder_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.seals_certificaterecord
    ADD CONSTRAINT seals_certificaterecord_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.seals_certificaterecord
    ADD CONSTRAINT seals_certificaterecord_serial_key UNIQUE (serial);

ALTER TABLE ONLY public.seals_doubtdraft
    ADD CONSTRAINT seals_doubtdraft_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.seals_grantincrease
    ADD CONSTRAINT seals_grantincrease_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.seals_sealrequestitem
    ADD CONSTRAINT seals_item_once UNIQUE (request_id, shown_digest);

ALTER TABLE ONLY public.seals_sealrequestitem
    ADD CONSTRAINT seals_item_position UNIQUE (request_id, "position");

ALTER TABLE ONLY public.seals_knownpasskey
    ADD CONSTRAINT seals_knownpasskey_pkey PRIMARY KEY (passkey_id);

ALTER TABLE ONLY public.seals_doubtdraft
    ADD CONSTRAINT seals_one_draft_for_a_case UNIQUE (certificate_id, case_id);

ALTER TABLE ONLY public.seals_revocationrequest
    ADD CONSTRAINT seals_revocationrequest_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.seals_seal_custodians
    ADD CONSTRAINT seals_seal_custodians_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.seals_seal_custodians
    ADD CONSTRAINT seals_seal_custodians_seal_id_staffmember_id_2e15015d_uniq UNIQUE (seal_id, staffmember_id);

ALTER TABLE ONLY public.seals_seal
    ADD CONSTRAINT seals_seal_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.seals_sealalert
    ADD CONSTRAINT seals_sealalert_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.seals_sealending
    ADD CONSTRAINT seals_sealending_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.seals_sealfiling
    ADD CONSTRAINT seals_sealfiling_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.seals_sealfiling
    ADD CONSTRAINT seals_sealfiling_seal_id_key UNIQUE (seal_id);

ALTER TABLE ONLY public.seals_sealgrant
    ADD CONSTRAINT seals_sealgrant_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.seals_sealpermission
    ADD CONSTRAINT seals_sealpermission_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.seals_sealrequest
    ADD CONSTRAINT seals_sealrequest_number_key UNIQUE (number);

ALTER TABLE ONLY public.seals_sealrequest
    ADD CONSTRAINT seals_sealrequest_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.seals_sealrequestdecision
    ADD CONSTRAINT seals_sealrequestdecision_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.seals_sealrequestitem
    ADD CONSTRAINT seals_sealrequestitem_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.seals_sealrule
    ADD CONSTRAINT seals_sealrule_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.seals_sealuse
    ADD CONSTRAINT seals_sealuse_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.seals_weakerproof
    ADD CONSTRAINT seals_weakerproof_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.signing_accesslink
    ADD CONSTRAINT signing_accesslink_pickup_hash_key UNIQUE (pickup_hash);

ALTER TABLE ONLY public.signing_accesslink
    ADD CONSTRAINT signing_accesslink_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.signing_accesslink
    ADD CONSTRAINT signing_accesslink_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY public.signing_ceremony
    ADD CONSTRAINT signing_ceremony_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.signing_companyseal
    ADD CONSTRAINT signing_companyseal_pkey PRIMARY KEY (case_id);

ALTER TABLE ONLY public.signing_consentround
    ADD CONSTRAINT signing_consentround_document_id_key UNIQUE (document_id);

ALTER TABLE ONLY public.signing_consentround
    ADD CONSTRAINT signing_consentround_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.signing_handwriting
    ADD CONSTRAINT signing_handwriting_pkey PRIMARY KEY (task_id);

ALTER TABLE ONLY public.signing_insuredconsent
    ADD CONSTRAINT signing_insuredconsent_party_id_key UNIQUE (party_id);

ALTER TABLE ONLY public.signing_insuredconsent
    ADD CONSTRAINT signing_insuredconsent_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.signing_insuredconsent
    ADD CONSTRAINT signing_insuredconsent_willingness_id_key UNIQUE (willingness_id);

ALTER TABLE ONLY public.signing_insuredconsent
    ADD CONSTRAINT signing_insuredconsent_withdrawal_id_key UNIQUE (withdrawal_id);

ALTER TABLE ONLY public.signing_signingtask
    ADD CONSTRAINT signing_one_task_per_field UNIQUE (document_id, field);

ALTER TABLE ONLY public.signing_signingtask
    ADD CONSTRAINT signing_signingtask_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.signing_signingtask
    ADD CONSTRAINT signing_signingtask_willingness_id_key UNIQUE (willingness_id);

ALTER TABLE ONLY public.templates_clause
    ADD CONSTRAINT templates_clause_code_once UNIQUE (insurer_id, code);

ALTER TABLE ONLY public.templates_clause
    ADD CONSTRAINT templates_clause_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.templates_clauseversion
    ADD CONSTRAINT templates_clause_version_once UNIQUE (clause_id, number);

ALTER TABLE ONLY public.templates_clauseversion
    ADD CONSTRAINT templates_clauseversion_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.templates_template
    ADD CONSTRAINT templates_one_per_kind_and_product UNIQUE NULLS NOT DISTINCT (insurer_id, kind, product);

ALTER TABLE ONLY public.templates_template
    ADD CONSTRAINT templates_template_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.templates_templatefile
    ADD CONSTRAINT templates_templatefile_pkey PRIMARY KEY (sha256);

ALTER TABLE ONLY public.templates_templateversion
    ADD CONSTRAINT templates_templateversion_digest_key UNIQUE (digest);

ALTER TABLE ONLY public.templates_templateversion
    ADD CONSTRAINT templates_templateversion_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.templates_templateversion
    ADD CONSTRAINT templates_version_number_once UNIQUE (template_id, language, number);

ALTER TABLE ONLY public.tracing_pageversion
    ADD CONSTRAINT tracing_page_version_once UNIQUE (case_id, page, digest);

ALTER TABLE ONLY public.tracing_pageshown
    ADD CONSTRAINT tracing_pageshown_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tracing_pageversion
    ADD CONSTRAINT tracing_pageversion_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.underwriting_informationrequest
    ADD CONSTRAINT underwriting_informationrequest_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.underwriting_underwritingdecision
    ADD CONSTRAINT underwriting_underwritingdecision_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.web_cache
    ADD CONSTRAINT web_cache_pkey PRIMARY KEY (cache_key);

ALTER TABLE ONLY public.web_ratecounter
    ADD CONSTRAINT web_ratecounter_pkey PRIMARY KEY (key);

ALTER TABLE ONLY public.web_stafflogin
    ADD CONSTRAINT web_stafflogin_pkey PRIMARY KEY (id);

CREATE INDEX account_emailaddress_email_03be32b2 ON public.account_emailaddress USING btree (email);

CREATE INDEX account_emailaddress_email_03be32b2_like ON public.account_emailaddress USING btree (email varchar_pattern_ops);

CREATE INDEX account_emailaddress_user_id_2c513194 ON public.account_emailaddress USING btree (user_id);

CREATE INDEX account_emailconfirmation_email_address_id_5b7f8c58 ON public.account_emailconfirmation USING btree (email_address_id);

CREATE INDEX account_emailconfirmation_key_f43612bd_like ON public.account_emailconfirmation USING btree (key varchar_pattern_ops);

CREATE INDEX archive_archiveentry_case_id_666677eb ON public.archive_archiveentry USING btree (case_id);

CREATE INDEX archive_pre_timesta_f9501b_idx ON public.archive_preservedfile USING btree (timestamped_until);

CREATE INDEX archive_preservedfile_blob_key_71383c99_like ON public.archive_preservedfile USING btree (blob_key varchar_pattern_ops);

CREATE INDEX archive_preservedfile_document_id_cbbca51e ON public.archive_preservedfile USING btree (document_id);

CREATE INDEX archive_preservingfault_looked_by_id_38cd7f9b ON public.archive_preservingfault USING btree (looked_by_id);

CREATE INDEX auth_group_name_a6ea08ec_like ON public.auth_group USING btree (name varchar_pattern_ops);

CREATE INDEX auth_group_permissions_group_id_b120cbf9 ON public.auth_group_permissions USING btree (group_id);

CREATE INDEX auth_group_permissions_permission_id_84c5c92e ON public.auth_group_permissions USING btree (permission_id);

CREATE INDEX auth_permission_content_type_id_2f476e4b ON public.auth_permission USING btree (content_type_id);

CREATE INDEX auth_user_groups_group_id_97559544 ON public.auth_user_groups USING btree (group_id);

CREATE INDEX auth_user_groups_user_id_6a12ed8b ON public.auth_user_groups USING btree (user_id);

CREATE INDEX auth_user_user_permissions_permission_id_1fbb5f2c ON public.auth_user_user_permissions USING btree (permission_id);

CREATE INDEX auth_user_user_permissions_user_id_a95ead1b ON public.auth_user_user_permissions USING btree (user_id);

CREATE INDEX auth_user_username_6821ab7c_like ON public.auth_user USING btree (username varchar_pattern_ops);

CREATE INDEX base_instancefact_name_7524c561_like ON public.base_instancefact USING btree (name varchar_pattern_ops);

CREATE INDEX base_jobfailure_job_id_6e7d2422 ON public.base_jobfailure USING btree (job_id);

CREATE INDEX cases_application_case_id_839846b7 ON public.cases_application USING btree (case_id);

CREATE INDEX cases_case_branch_id_4071ae4c ON public.cases_case USING btree (branch_id);

CREATE INDEX cases_case_data_key_id_d956015d ON public.cases_case USING btree (data_key_id);

CREATE INDEX cases_case_deadline_at_6fed9a19 ON public.cases_case USING btree (deadline_at);

CREATE INDEX cases_case_insurer_5c9f25_idx ON public.cases_case USING btree (insurer_id, state, state_since);

CREATE INDEX cases_case_insurer_id_bddd3bd2 ON public.cases_case USING btree (insurer_id);

CREATE INDEX cases_case_number_980c9551_like ON public.cases_case USING btree (number varchar_pattern_ops);

CREATE INDEX cases_case_owner_id_352cf2f7 ON public.cases_case USING btree (owner_id);

CREATE INDEX cases_case_product_id_c9ed5517 ON public.cases_case USING btree (product_id);

CREATE INDEX cases_case_salesperson_id_8b521b5d ON public.cases_case USING btree (salesperson_id);

CREATE INDEX cases_caseparty_case_id_7d3c0d06 ON public.cases_caseparty USING btree (case_id);

CREATE INDEX cases_caseparty_id_hash_4eb2dcef ON public.cases_caseparty USING btree (id_hash);

CREATE INDEX cases_caseparty_id_hash_4eb2dcef_like ON public.cases_caseparty USING btree (id_hash varchar_pattern_ops);

CREATE INDEX cases_caseparty_name_hash_c67152ea ON public.cases_caseparty USING btree (name_hash);

CREATE INDEX cases_caseparty_name_hash_c67152ea_like ON public.cases_caseparty USING btree (name_hash varchar_pattern_ops);

CREATE INDEX cases_caseparty_phone_hash_dd0f472c ON public.cases_caseparty USING btree (phone_hash);

CREATE INDEX cases_caseparty_phone_hash_dd0f472c_like ON public.cases_caseparty USING btree (phone_hash varchar_pattern_ops);

CREATE INDEX cases_casestep_case_id_70bbe3b6 ON public.cases_casestep USING btree (case_id);

CREATE INDEX cases_casestep_party_id_387e9230 ON public.cases_casestep USING btree (party_id);

CREATE INDEX cases_consent_case_id_ac946417 ON public.cases_consent USING btree (case_id);

CREATE INDEX cases_consent_party_id_7a8bed3a ON public.cases_consent USING btree (party_id);

CREATE INDEX cases_document_case_id_7e641fda ON public.cases_document USING btree (case_id);

CREATE INDEX cases_document_code_ce5bbf8f_like ON public.cases_document USING btree (code varchar_pattern_ops);

CREATE UNIQUE INDEX cases_external_id_once_per_client ON public.cases_case USING btree (client_id, external_id) WHERE (NOT ((external_id)::text = ''::text));

CREATE UNIQUE INDEX cases_one_party_per_place ON public.cases_caseparty USING btree (case_id, role, "position") WHERE (NOT former);

CREATE INDEX cases_revision_blob_key_186fcfcc_like ON public.cases_revision USING btree (blob_key varchar_pattern_ops);

CREATE INDEX cases_revision_document_id_8156d850 ON public.cases_revision USING btree (document_id);

CREATE INDEX cases_revision_sha256_fae4c3a6 ON public.cases_revision USING btree (sha256);

CREATE INDEX cases_revision_sha256_fae4c3a6_like ON public.cases_revision USING btree (sha256 varchar_pattern_ops);

CREATE INDEX chronicle_e_type_5612a2_idx ON public.chronicle_evidenceevent USING btree (type, at);

CREATE INDEX chronicle_evidenceevent_stream_id_3e9c389c ON public.chronicle_evidenceevent USING btree (stream_id);

CREATE INDEX chronicle_evidencestream_data_key_id_d9235861 ON public.chronicle_evidencestream USING btree (data_key_id);

CREATE INDEX conduct_bad_insurer_d71eaf_idx ON public.conduct_badgereport USING btree (insurer_id, handled_at, at);

CREATE INDEX conduct_badgereport_handled_by_id_55ad7bff ON public.conduct_badgereport USING btree (handled_by_id);

CREATE INDEX conduct_badgereport_insurer_id_d9dc7a3a ON public.conduct_badgereport USING btree (insurer_id);

CREATE INDEX conduct_badgereport_salesperson_id_38a93fc7 ON public.conduct_badgereport USING btree (salesperson_id);

CREATE INDEX conduct_conductrule_agreed_by_id_3f045c21 ON public.conduct_conductrule USING btree (agreed_by_id);

CREATE INDEX conduct_conductrule_changed_by_id_faee4fb4 ON public.conduct_conductrule USING btree (changed_by_id);

CREATE INDEX conduct_facetoface_case_id_13447246 ON public.conduct_facetoface USING btree (case_id);

CREATE INDEX conduct_facetoface_party_id_721af45d ON public.conduct_facetoface USING btree (party_id);

CREATE INDEX conduct_facetoface_salesperson_id_f56798a9 ON public.conduct_facetoface USING btree (salesperson_id);

CREATE UNIQUE INDEX conduct_one_meeting_of_a_case ON public.conduct_facetoface USING btree (case_id) WHERE (ended_at IS NULL);

CREATE INDEX conduct_ownconfirmation_document_id_840402c3 ON public.conduct_ownconfirmation USING btree (document_id);

CREATE INDEX conduct_ownconfirmation_meeting_id_50fe45c5 ON public.conduct_ownconfirmation USING btree (meeting_id);

CREATE INDEX conduct_ownconfirmation_party_id_dfc1e19b ON public.conduct_ownconfirmation USING btree (party_id);

CREATE INDEX conduct_sta_insurer_cbb5a0_idx ON public.conduct_stafftrace USING btree (insurer_id, kind, digest);

CREATE INDEX conduct_stafftrace_insurer_id_3a0b5a1e ON public.conduct_stafftrace USING btree (insurer_id);

CREATE INDEX conduct_stafftrace_salesperson_id_46dd53ff ON public.conduct_stafftrace USING btree (salesperson_id);

CREATE INDEX conduct_stafftrace_staff_id_c374ade8 ON public.conduct_stafftrace USING btree (staff_id);

CREATE INDEX conduct_sus_insurer_283652_idx ON public.conduct_suspicion USING btree (insurer_id, state, raised_at);

CREATE INDEX conduct_suspicion_case_id_68b68494 ON public.conduct_suspicion USING btree (case_id);

CREATE INDEX conduct_suspicion_decided_by_id_ea3775ba ON public.conduct_suspicion USING btree (decided_by_id);

CREATE INDEX conduct_suspicion_insurer_id_fda10e8a ON public.conduct_suspicion USING btree (insurer_id);

CREATE INDEX conduct_suspicion_party_id_be7c833f ON public.conduct_suspicion USING btree (party_id);

CREATE INDEX conduct_suspicion_salesperson_id_6643d310 ON public.conduct_suspicion USING btree (salesperson_id);

CREATE INDEX conduct_suspicion_staff_id_82c40596 ON public.conduct_suspicion USING btree (staff_id);

CREATE INDEX conduct_tra_insurer_a2cad4_idx ON public.conduct_trace USING btree (insurer_id, kind, digest);

CREATE INDEX conduct_trace_case_id_a1d313aa ON public.conduct_trace USING btree (case_id);

CREATE INDEX conduct_trace_insurer_id_6491396c ON public.conduct_trace USING btree (insurer_id);

CREATE INDEX django_session_expire_date_a5c62663 ON public.django_session USING btree (expire_date);

CREATE INDEX django_session_session_key_c0390e0f_like ON public.django_session USING btree (session_key varchar_pattern_ops);

CREATE INDEX identity_cu_insurer_322f80_idx ON public.identity_customerpasskey USING btree (insurer_id, subject_hash);

CREATE INDEX identity_customerpasskey_credential_hash_7e22e367_like ON public.identity_customerpasskey USING btree (credential_hash varchar_pattern_ops);

CREATE INDEX identity_customerpasskey_insurer_id_43ede11d ON public.identity_customerpasskey USING btree (insurer_id);

CREATE UNIQUE INDEX identity_drawing_once ON public.identity_willingness USING btree (proof_digest) WHERE (NOT ((proof_digest)::text = ''::text));

CREATE INDEX identity_identitycheck_case_id_3f9bf9f7 ON public.identity_identitycheck USING btree (case_id);

CREATE INDEX identity_identitycheck_party_id_533553b7 ON public.identity_identitycheck USING btree (party_id);

CREATE INDEX identity_on_address_2f5714_idx ON public.identity_onetimecode USING btree (address_hash, created_at);

CREATE INDEX identity_on_phone_h_aae94a_idx ON public.identity_onetimecode USING btree (phone_hash, created_at);

CREATE INDEX identity_onetimecode_case_id_dc385f06 ON public.identity_onetimecode USING btree (case_id);

CREATE INDEX identity_onetimecode_notice_id_b552036d ON public.identity_onetimecode USING btree (notice_id);

CREATE INDEX identity_onetimecode_party_id_f1f8c606 ON public.identity_onetimecode USING btree (party_id);

CREATE INDEX identity_passkeyquestion_case_id_2db5c083 ON public.identity_passkeyquestion USING btree (case_id);

CREATE INDEX identity_passkeyquestion_nonce_d1f1c463_like ON public.identity_passkeyquestion USING btree (nonce varchar_pattern_ops);

CREATE INDEX identity_passkeyquestion_party_id_34807029 ON public.identity_passkeyquestion USING btree (party_id);

CREATE INDEX identity_passkeyquestion_passkey_id_62320b8a ON public.identity_passkeyquestion USING btree (passkey_id);

CREATE INDEX identity_picture_made_for_id_4a16c155 ON public.identity_picture USING btree (made_for_id);

CREATE INDEX identity_pr_receive_6f9fc6_idx ON public.identity_providercallback USING btree (received_at);

CREATE INDEX identity_providercallback_made_for_id_c244e11c ON public.identity_providercallback USING btree (made_for_id);

CREATE UNIQUE INDEX identity_reference_once ON public.identity_identitycheck USING btree (provider, reference_hash) WHERE (NOT ((reference_hash)::text = ''::text));

CREATE INDEX identity_review_first_by_id_5ce25a52 ON public.identity_review USING btree (first_by_id);

CREATE INDEX identity_review_refused_by_id_956fa6d5 ON public.identity_review USING btree (refused_by_id);

CREATE INDEX identity_review_second_by_id_5bc42389 ON public.identity_review USING btree (second_by_id);

CREATE INDEX identity_willingness_case_id_e9a10fe3 ON public.identity_willingness USING btree (case_id);

CREATE INDEX identity_willingness_document_id_f8420b85 ON public.identity_willingness USING btree (document_id);

CREATE INDEX identity_willingness_party_id_1bfbaef0 ON public.identity_willingness USING btree (party_id);

CREATE INDEX idx_procrastinate_jobs_worker_not_null ON public.procrastinate_jobs USING btree (worker_id) WHERE ((worker_id IS NOT NULL) AND (status = 'doing'::public.procrastinate_job_status));

CREATE INDEX idx_procrastinate_workers_last_heartbeat ON public.procrastinate_workers USING btree (last_heartbeat);

CREATE INDEX integration_created_810d3d_idx ON public.integrations_idempotencyrecord USING btree (created_at);

CREATE INDEX integration_state_404e11_idx ON public.integrations_webhookdelivery USING btree (state, next_at);

CREATE INDEX integrations_apiclient_branch_id_55bca81d ON public.integrations_apiclient USING btree (branch_id);

CREATE INDEX integrations_apiclient_client_id_67a644a1_like ON public.integrations_apiclient USING btree (client_id varchar_pattern_ops);

CREATE INDEX integrations_apiclient_data_key_id_defb1874 ON public.integrations_apiclient USING btree (data_key_id);

CREATE INDEX integrations_apiclient_insurer_id_dc4a0f8d ON public.integrations_apiclient USING btree (insurer_id);

CREATE INDEX integrations_idempotencyrecord_client_id_f0578ce5 ON public.integrations_idempotencyrecord USING btree (client_id);

CREATE INDEX integrations_webhookattempt_delivery_id_0b60aa9c ON public.integrations_webhookattempt USING btree (delivery_id);

CREATE INDEX integrations_webhookdelivery_endpoint_id_a6031765 ON public.integrations_webhookdelivery USING btree (endpoint_id);

CREATE INDEX integrations_webhookdelivery_event_id_233f606b ON public.integrations_webhookdelivery USING btree (event_id);

CREATE INDEX integrations_webhookdelivery_event_id_233f606b_like ON public.integrations_webhookdelivery USING btree (event_id varchar_pattern_ops);

CREATE INDEX integrations_webhookendpoint_client_id_73774188 ON public.integrations_webhookendpoint USING btree (client_id);

CREATE INDEX integrations_webhookevent_case_id_2ccc3f5e ON public.integrations_webhookevent USING btree (case_id);

CREATE INDEX integrations_webhookevent_id_03481ffd_like ON public.integrations_webhookevent USING btree (id varchar_pattern_ops);

CREATE INDEX mfa_authenticator_user_id_0c3a50c0 ON public.mfa_authenticator USING btree (user_id);

CREATE INDEX notices_not_provide_9e022a_idx ON public.notices_notice USING btree (provider, provider_id);

CREATE INDEX notices_not_state_8a2bfb_idx ON public.notices_notice USING btree (state, created_at);

CREATE INDEX notices_notice_case_id_b8c1507c ON public.notices_notice USING btree (case_id);

CREATE INDEX notices_notice_data_key_id_ae0a9ad7 ON public.notices_notice USING btree (data_key_id);

CREATE INDEX notices_notice_insurer_id_904d5a37 ON public.notices_notice USING btree (insurer_id);

CREATE INDEX notices_notice_party_id_4de11435 ON public.notices_notice USING btree (party_id);

CREATE INDEX notices_notice_recipient_hash_4685ed27 ON public.notices_notice USING btree (recipient_hash);

CREATE INDEX notices_notice_recipient_hash_4685ed27_like ON public.notices_notice USING btree (recipient_hash varchar_pattern_ops);

CREATE INDEX oauth2_prov_token_f_996e8a_idx ON public.oauth2_provider_refreshtoken USING btree (token_family);

CREATE INDEX oauth2_provider_accesstoken_application_id_b22886e1 ON public.oauth2_provider_accesstoken USING btree (application_id);

CREATE INDEX oauth2_provider_accesstoken_token_checksum_85319a26_like ON public.oauth2_provider_accesstoken USING btree (token_checksum varchar_pattern_ops);

CREATE INDEX oauth2_provider_accesstoken_user_id_6e4c9a65 ON public.oauth2_provider_accesstoken USING btree (user_id);

CREATE INDEX oauth2_provider_application_client_id_03f0cc84_like ON public.oauth2_provider_application USING btree (client_id varchar_pattern_ops);

CREATE INDEX oauth2_provider_application_client_secret_53133678 ON public.oauth2_provider_application USING btree (client_secret);

CREATE INDEX oauth2_provider_application_client_secret_53133678_like ON public.oauth2_provider_application USING btree (client_secret varchar_pattern_ops);

CREATE INDEX oauth2_provider_application_user_id_79829054 ON public.oauth2_provider_application USING btree (user_id);

CREATE INDEX oauth2_provider_devicegrant_client_id_229dd06d ON public.oauth2_provider_devicegrant USING btree (client_id);

CREATE INDEX oauth2_provider_devicegrant_client_id_229dd06d_like ON public.oauth2_provider_devicegrant USING btree (client_id varchar_pattern_ops);

CREATE INDEX oauth2_provider_devicegrant_user_id_1cec5156 ON public.oauth2_provider_devicegrant USING btree (user_id);

CREATE INDEX oauth2_provider_grant_application_id_81923564 ON public.oauth2_provider_grant USING btree (application_id);

CREATE INDEX oauth2_provider_grant_code_49ab4ddf_like ON public.oauth2_provider_grant USING btree (code varchar_pattern_ops);

CREATE INDEX oauth2_provider_grant_user_id_e8f62af8 ON public.oauth2_provider_grant USING btree (user_id);

CREATE INDEX oauth2_provider_idtoken_application_id_08c5ff4f ON public.oauth2_provider_idtoken USING btree (application_id);

CREATE INDEX oauth2_provider_idtoken_user_id_dd512b59 ON public.oauth2_provider_idtoken USING btree (user_id);

CREATE INDEX oauth2_provider_refreshtoken_application_id_2d1c311b ON public.oauth2_provider_refreshtoken USING btree (application_id);

CREATE INDEX oauth2_provider_refreshtoken_user_id_da837fce ON public.oauth2_provider_refreshtoken USING btree (user_id);

CREATE INDEX parties_accountrequest_branch_id_eddf3dc7 ON public.parties_accountrequest USING btree (branch_id);

CREATE INDEX parties_accountrequest_decided_by_id_6f1a7f4d ON public.parties_accountrequest USING btree (decided_by_id);

CREATE INDEX parties_accountrequest_insurer_id_d0e1c7dc ON public.parties_accountrequest USING btree (insurer_id);

CREATE INDEX parties_accountrequest_person_id_d048647f ON public.parties_accountrequest USING btree (person_id);

CREATE INDEX parties_accountrequest_requested_by_id_66ea471d ON public.parties_accountrequest USING btree (requested_by_id);

CREATE INDEX parties_branch_insurer_id_711f1990 ON public.parties_branch USING btree (insurer_id);

CREATE INDEX parties_branch_parent_id_9f0730e3 ON public.parties_branch USING btree (parent_id);

CREATE INDEX parties_delegation_giver_id_9d32d2d6 ON public.parties_delegation USING btree (giver_id);

CREATE INDEX parties_delegation_receiver_id_5fa31242 ON public.parties_delegation USING btree (receiver_id);

CREATE INDEX parties_delegation_withdrawn_by_id_fc817a69 ON public.parties_delegation USING btree (withdrawn_by_id);

CREATE INDEX parties_insurer_code_21c91746_like ON public.parties_insurer USING btree (code varchar_pattern_ops);

CREATE INDEX parties_insurer_uscc_d1597594_like ON public.parties_insurer USING btree (uscc varchar_pattern_ops);

CREATE INDEX parties_insurerauthentication_insurer_id_42f2b367 ON public.parties_insurerauthentication USING btree (insurer_id);

CREATE UNIQUE INDEX parties_one_open_account_request ON public.parties_accountrequest USING btree (person_id, kind) WHERE ((state)::text = ANY ((ARRAY['requested'::character varying, 'confirmed'::character varying])::text[]));

CREATE UNIQUE INDEX parties_one_open_request_of_a_rule ON public.parties_accountrequest USING btree (insurer_id, kind) WHERE (((kind)::text = ANY ((ARRAY['passkeys'::character varying, 'conduct'::character varying])::text[])) AND ((state)::text = ANY ((ARRAY['requested'::character varying, 'confirmed'::character varying])::text[])));

CREATE UNIQUE INDEX parties_one_written_name ON public.parties_writtenname USING btree (user_id) WHERE ((confirmed_at IS NOT NULL) AND (ended_at IS NULL));

CREATE INDEX parties_pas_used_at_fd20ad_idx ON public.parties_passkeychallenge USING btree (used_at, expires_at);

CREATE INDEX parties_passkey_credential_hash_1a747d2d_like ON public.parties_passkey USING btree (credential_hash varchar_pattern_ops);

CREATE INDEX parties_passkey_user_id_86684187 ON public.parties_passkey USING btree (user_id);

CREATE INDEX parties_passkeychallenge_nonce_e2807c1c_like ON public.parties_passkeychallenge USING btree (nonce varchar_pattern_ops);

CREATE INDEX parties_passkeychallenge_passkey_id_6a8332cf ON public.parties_passkeychallenge USING btree (passkey_id);

CREATE INDEX parties_passkeychallenge_user_id_9b18d922 ON public.parties_passkeychallenge USING btree (user_id);

CREATE INDEX parties_rolebinding_branch_id_23ca5724 ON public.parties_rolebinding USING btree (branch_id);

CREATE INDEX parties_rolebinding_staff_id_a21aa28a ON public.parties_rolebinding USING btree (staff_id);

CREATE INDEX parties_salesperson_badge_code_20727ad3_like ON public.parties_salesperson USING btree (badge_code varchar_pattern_ops);

CREATE INDEX parties_salesperson_branch_id_a93d60bd ON public.parties_salesperson USING btree (branch_id);

CREATE INDEX parties_salesperson_insurer_id_57d60bf1 ON public.parties_salesperson USING btree (insurer_id);

CREATE INDEX parties_salesperson_licence_no_a246801a_like ON public.parties_salesperson USING btree (licence_no varchar_pattern_ops);

CREATE UNIQUE INDEX parties_sign_on_subject_once ON public.parties_signonlink USING btree (issuer, subject) WHERE (NOT ((subject)::text = ''::text));

CREATE INDEX parties_staffmember_branch_id_060ba4f2 ON public.parties_staffmember USING btree (branch_id);

CREATE INDEX parties_staffmember_insurer_id_c314e3d8 ON public.parties_staffmember USING btree (insurer_id);

CREATE INDEX parties_writtenname_user_id_fb216223 ON public.parties_writtenname USING btree (user_id);

CREATE INDEX payments_ga_result_eed89a_idx ON public.payments_gatewaycallback USING btree (result, received_at);

CREATE INDEX payments_gatewaycallback_order_id_fa1650a0 ON public.payments_gatewaycallback USING btree (order_id);

CREATE UNIQUE INDEX payments_one_live_order_per_case ON public.payments_paymentorder USING btree (case_id) WHERE ((state)::text = ANY ((ARRAY['open'::character varying, 'paid'::character varying])::text[]));

CREATE INDEX payments_paymentorder_case_id_9aa2226f ON public.payments_paymentorder USING btree (case_id);

CREATE INDEX payments_paymentorder_refunded_by_id_afe90b41 ON public.payments_paymentorder USING btree (refunded_by_id);

CREATE INDEX payments_paymentorder_transaction_id_185e7308_like ON public.payments_paymentorder USING btree (transaction_id varchar_pattern_ops);

CREATE INDEX policies_claimdecision_policy_id_b130e5e2 ON public.policies_claimdecision USING btree (policy_id);

CREATE INDEX policies_claimdecision_version_id_2a97c906 ON public.policies_claimdecision USING btree (version_id);

CREATE INDEX policies_difference_case_id_1abb6204 ON public.policies_difference USING btree (case_id);

CREATE INDEX policies_difference_explained_by_id_a5cafde9 ON public.policies_difference USING btree (explained_by_id);

CREATE INDEX policies_endorsement_application_document_id_b594f7ab ON public.policies_endorsement USING btree (application_document_id);

CREATE INDEX policies_endorsement_approval_document_id_4d82bb51 ON public.policies_endorsement USING btree (approval_document_id);

CREATE INDEX policies_endorsement_approved_by_id_8cebc97e ON public.policies_endorsement USING btree (approved_by_id);

CREATE INDEX policies_endorsement_document_id_7256ec08 ON public.policies_endorsement USING btree (document_id);

CREATE INDEX policies_endorsement_number_fde4b875_like ON public.policies_endorsement USING btree (number varchar_pattern_ops);

CREATE INDEX policies_endorsement_policy_id_77c5b9b6 ON public.policies_endorsement USING btree (policy_id);

CREATE INDEX policies_endorsement_requested_by_id_66e17836 ON public.policies_endorsement USING btree (requested_by_id);

CREATE INDEX policies_followupcall_staff_id_7d5a1dd0 ON public.policies_followupcall USING btree (staff_id);

CREATE INDEX policies_invoice_document_id_ac8cec3d ON public.policies_invoice USING btree (document_id);

CREATE INDEX policies_invoice_policy_id_54da3c6b ON public.policies_invoice USING btree (policy_id);

CREATE UNIQUE INDEX policies_one_open_endorsement ON public.policies_endorsement USING btree (policy_id) WHERE ((state)::text = ANY ((ARRAY['consents'::character varying, 'signing'::character varying, 'approval'::character varying, 'sealing'::character varying])::text[]));

CREATE INDEX policies_policy_insurer_id_bdd77e09 ON public.policies_policy USING btree (insurer_id);

CREATE INDEX policies_policyversion_document_id_70f0de5b ON public.policies_policyversion USING btree (document_id);

CREATE INDEX policies_policyversion_policy_id_e55d4e9f ON public.policies_policyversion USING btree (policy_id);

CREATE INDEX procrastinate_events_job_id_fkey_v1 ON public.procrastinate_events USING btree (job_id);

CREATE INDEX procrastinate_jobs_id_lock_idx_v1 ON public.procrastinate_jobs USING btree (id, lock) WHERE (status = ANY (ARRAY['todo'::public.procrastinate_job_status, 'doing'::public.procrastinate_job_status]));

CREATE UNIQUE INDEX procrastinate_jobs_lock_idx_v1 ON public.procrastinate_jobs USING btree (lock) WHERE (status = 'doing'::public.procrastinate_job_status);

CREATE INDEX procrastinate_jobs_priority_idx_v1 ON public.procrastinate_jobs USING btree (priority DESC, id) WHERE (status = 'todo'::public.procrastinate_job_status);

CREATE INDEX procrastinate_jobs_queue_name_idx_v1 ON public.procrastinate_jobs USING btree (queue_name);

CREATE UNIQUE INDEX procrastinate_jobs_queueing_lock_idx_v1 ON public.procrastinate_jobs USING btree (queueing_lock) WHERE (status = 'todo'::public.procrastinate_job_status);

CREATE INDEX procrastinate_periodic_defers_job_id_fkey_v1 ON public.procrastinate_periodic_defers USING btree (job_id);

CREATE UNIQUE INDEX products_one_version_on_sale ON public.products_productversion USING btree (insurer_id, code) WHERE (retired_at IS NULL);

CREATE INDEX products_productversion_insurer_id_28605d94 ON public.products_productversion USING btree (insurer_id);

CREATE INDEX seals_certi_profile_759cc8_idx ON public.seals_certificaterecord USING btree (profile, subject_id);

CREATE INDEX seals_certificateorder_certificate_id_86734faa ON public.seals_certificateorder USING btree (certificate_id);

CREATE INDEX seals_certificateorder_ordered_by_id_25ab5758 ON public.seals_certificateorder USING btree (ordered_by_id);

CREATE INDEX seals_certificateorder_seal_id_d65d0ec4 ON public.seals_certificateorder USING btree (seal_id);

CREATE INDEX seals_certificaterecord_revoked_by_id_7f330581 ON public.seals_certificaterecord USING btree (revoked_by_id);

CREATE INDEX seals_certificaterecord_serial_0c12e6c5_like ON public.seals_certificaterecord USING btree (serial varchar_pattern_ops);

CREATE UNIQUE INDEX seals_decides_once ON public.seals_sealrequestdecision USING btree (request_id, by_id) WHERE (NOT ((decision)::text = 'comment'::text));

CREATE INDEX seals_doubtdraft_case_id_69202093 ON public.seals_doubtdraft USING btree (case_id);

CREATE INDEX seals_doubtdraft_certificate_id_556a78be ON public.seals_doubtdraft USING btree (certificate_id);

CREATE INDEX seals_doubtdraft_decided_by_id_97fcf2f3 ON public.seals_doubtdraft USING btree (decided_by_id);

CREATE INDEX seals_doubtdraft_seal_id_9c7973f3 ON public.seals_doubtdraft USING btree (seal_id);

CREATE INDEX seals_grantincrease_decided_by_id_a4d6803a ON public.seals_grantincrease USING btree (decided_by_id);

CREATE INDEX seals_grantincrease_grant_id_b50a9da0 ON public.seals_grantincrease USING btree (grant_id);

CREATE INDEX seals_grantincrease_requested_by_id_51202d79 ON public.seals_grantincrease USING btree (requested_by_id);

CREATE INDEX seals_knownpasskey_staff_id_07cefa84 ON public.seals_knownpasskey USING btree (staff_id);

CREATE UNIQUE INDEX seals_one_open_ending ON public.seals_sealending USING btree (seal_id) WHERE ((state)::text = 'requested'::text);

CREATE UNIQUE INDEX seals_one_open_increase ON public.seals_grantincrease USING btree (grant_id, day) WHERE ((state)::text = 'waiting'::text);

CREATE UNIQUE INDEX seals_one_open_order ON public.seals_certificateorder USING btree (seal_id) WHERE ((state)::text = ANY ((ARRAY['open'::character varying, 'pending'::character varying])::text[]));

CREATE UNIQUE INDEX seals_one_open_revocation ON public.seals_revocationrequest USING btree (certificate_id) WHERE ((state)::text = 'requested'::text);

CREATE UNIQUE INDEX seals_permission_one_current ON public.seals_sealuse USING btree (permission_id) WHERE ((state)::text = ANY ((ARRAY['intent'::character varying, 'signed'::character varying])::text[]));

CREATE UNIQUE INDEX seals_permission_stored_once ON public.seals_sealuse USING btree (permission_id) WHERE ((state)::text = 'stored'::text);

CREATE INDEX seals_revocationrequest_certificate_id_9861370d ON public.seals_revocationrequest USING btree (certificate_id);

CREATE INDEX seals_revocationrequest_decided_by_id_1bbdd3c8 ON public.seals_revocationrequest USING btree (decided_by_id);

CREATE INDEX seals_revocationrequest_requested_by_id_0fb23f9d ON public.seals_revocationrequest USING btree (requested_by_id);

CREATE INDEX seals_revocationrequest_seal_id_03560b37 ON public.seals_revocationrequest USING btree (seal_id);

CREATE INDEX seals_seal_branch_id_909fe632 ON public.seals_seal USING btree (branch_id);

CREATE INDEX seals_seal_certificate_id_c3719be2 ON public.seals_seal USING btree (certificate_id);

CREATE INDEX seals_seal_custodians_seal_id_dc709f9c ON public.seals_seal_custodians USING btree (seal_id);

CREATE INDEX seals_seal_custodians_staffmember_id_24163fdd ON public.seals_seal_custodians USING btree (staffmember_id);

CREATE INDEX seals_seal_insurer_7686d2_idx ON public.seals_seal USING btree (insurer_id, state);

CREATE INDEX seals_seal_insurer_id_5f83656a ON public.seals_seal USING btree (insurer_id);

CREATE INDEX seals_seal_pictured_by_id_0e332770 ON public.seals_seal USING btree (pictured_by_id);

CREATE INDEX seals_seal_requested_by_id_ce7c7c0e ON public.seals_seal USING btree (requested_by_id);

CREATE INDEX seals_seal_reviewed_by_id_ee56affb ON public.seals_seal USING btree (reviewed_by_id);

CREATE INDEX seals_seala_insurer_5e7a39_idx ON public.seals_sealalert USING btree (insurer_id, looked_at);

CREATE INDEX seals_sealalert_grant_id_2665cc47 ON public.seals_sealalert USING btree (grant_id);

CREATE INDEX seals_sealalert_insurer_id_2a7b4c35 ON public.seals_sealalert USING btree (insurer_id);

CREATE INDEX seals_sealalert_looked_by_id_9381c73b ON public.seals_sealalert USING btree (looked_by_id);

CREATE INDEX seals_sealalert_seal_id_48d66f5e ON public.seals_sealalert USING btree (seal_id);

CREATE INDEX seals_sealending_decided_by_id_c262ce10 ON public.seals_sealending USING btree (decided_by_id);

CREATE INDEX seals_sealending_requested_by_id_b397cbf1 ON public.seals_sealending USING btree (requested_by_id);

CREATE INDEX seals_sealending_seal_id_5880db17 ON public.seals_sealending USING btree (seal_id);

CREATE INDEX seals_sealgrant_first_approver_id_7ff370a1 ON public.seals_sealgrant USING btree (first_approver_id);

CREATE INDEX seals_sealgrant_requested_by_id_b2767285 ON public.seals_sealgrant USING btree (requested_by_id);

CREATE INDEX seals_sealgrant_seal_id_754dd816 ON public.seals_sealgrant USING btree (seal_id);

CREATE INDEX seals_sealgrant_second_approver_id_0331b7b1 ON public.seals_sealgrant USING btree (second_approver_id);

CREATE INDEX seals_sealpermission_case_dae9cbf2 ON public.seals_sealpermission USING btree ("case");

CREATE INDEX seals_sealpermission_data_key_id_254dfe39 ON public.seals_sealpermission USING btree (data_key_id);

CREATE INDEX seals_sealpermission_document_9f25c69f ON public.seals_sealpermission USING btree (document);

CREATE INDEX seals_sealpermission_grant_id_9cf4cb78 ON public.seals_sealpermission USING btree (grant_id);

CREATE INDEX seals_sealpermission_request_id_b7fa5168 ON public.seals_sealpermission USING btree (request_id);

CREATE INDEX seals_sealpermission_seal_id_b8eff2a3 ON public.seals_sealpermission USING btree (seal_id);

CREATE INDEX seals_sealr_insurer_7479f2_idx ON public.seals_sealrequest USING btree (insurer_id, state, requested_at);

CREATE INDEX seals_sealrequest_branch_id_98284536 ON public.seals_sealrequest USING btree (branch_id);

CREATE INDEX seals_sealrequest_insurer_id_af781088 ON public.seals_sealrequest USING btree (insurer_id);

CREATE INDEX seals_sealrequest_number_90cd3810_like ON public.seals_sealrequest USING btree (number varchar_pattern_ops);

CREATE INDEX seals_sealrequest_requested_by_id_bfdfd805 ON public.seals_sealrequest USING btree (requested_by_id);

CREATE INDEX seals_sealrequest_seal_id_519a7a2e ON public.seals_sealrequest USING btree (seal_id);

CREATE INDEX seals_sealrequestdecision_by_id_5604f35c ON public.seals_sealrequestdecision USING btree (by_id);

CREATE INDEX seals_sealrequestdecision_request_id_b9ed9dd1 ON public.seals_sealrequestdecision USING btree (request_id);

CREATE INDEX seals_sealrequestitem_request_id_9970544f ON public.seals_sealrequestitem USING btree (request_id);

CREATE INDEX seals_sealrule_branch_id_cc1456a5 ON public.seals_sealrule USING btree (branch_id);

CREATE INDEX seals_sealrule_decided_by_id_3a0f84b2 ON public.seals_sealrule USING btree (decided_by_id);

CREATE INDEX seals_sealrule_insurer_id_07510666 ON public.seals_sealrule USING btree (insurer_id);

CREATE INDEX seals_sealrule_proposed_by_id_572c64b9 ON public.seals_sealrule USING btree (proposed_by_id);

CREATE INDEX seals_sealrule_seal_id_d3d56990 ON public.seals_sealrule USING btree (seal_id);

CREATE INDEX seals_sealu_grant_i_49efa7_idx ON public.seals_sealuse USING btree (grant_id, started_at);

CREATE INDEX seals_sealu_revisio_1cc123_idx ON public.seals_sealuse USING btree (revision_digest);

CREATE INDEX seals_sealu_seal_id_a6fdd6_idx ON public.seals_sealuse USING btree (seal_id, started_at);

CREATE INDEX seals_sealuse_grant_id_b91620ea ON public.seals_sealuse USING btree (grant_id);

CREATE INDEX seals_sealuse_permission_id_1f10579d ON public.seals_sealuse USING btree (permission_id);

CREATE INDEX seals_sealuse_seal_id_134ef5fa ON public.seals_sealuse USING btree (seal_id);

CREATE UNIQUE INDEX seals_seat_decides_once ON public.seals_sealrequestdecision USING btree (request_id, seat) WHERE (NOT ((decision)::text = 'comment'::text));

CREATE INDEX seals_weake_subject_cca412_idx ON public.seals_weakerproof USING btree (subject, by_id);

CREATE INDEX seals_weakerproof_by_id_1c523695 ON public.seals_weakerproof USING btree (by_id);

CREATE INDEX signing_accesslink_case_id_57618d55 ON public.signing_accesslink USING btree (case_id);

CREATE INDEX signing_accesslink_party_id_087400ef ON public.signing_accesslink USING btree (party_id);

CREATE INDEX signing_accesslink_pickup_hash_4472a0c8_like ON public.signing_accesslink USING btree (pickup_hash varchar_pattern_ops);

CREATE INDEX signing_accesslink_token_hash_ccb8b5a5_like ON public.signing_accesslink USING btree (token_hash varchar_pattern_ops);

CREATE INDEX signing_ceremony_task_id_f3e85cbd ON public.signing_ceremony USING btree (task_id);

CREATE INDEX signing_consentround_case_id_1e56f377 ON public.signing_consentround USING btree (case_id);

CREATE INDEX signing_ins_round_i_6586ba_idx ON public.signing_insuredconsent USING btree (round_id, state);

CREATE INDEX signing_insuredconsent_ended_by_id_f515a074 ON public.signing_insuredconsent USING btree (ended_by_id);

CREATE INDEX signing_insuredconsent_round_id_da90475b ON public.signing_insuredconsent USING btree (round_id);

CREATE UNIQUE INDEX signing_one_round_of_a_change ON public.signing_consentround USING btree (change) WHERE (NOT ((state)::text = 'void'::text));

CREATE UNIQUE INDEX signing_one_round_of_consents ON public.signing_consentround USING btree (case_id) WHERE ((NOT ((state)::text = 'void'::text)) AND (change IS NULL));

CREATE INDEX signing_signingtask_acted_by_id_cd339326 ON public.signing_signingtask USING btree (acted_by_id);

CREATE INDEX signing_signingtask_case_id_7e4209b4 ON public.signing_signingtask USING btree (case_id);

CREATE INDEX signing_signingtask_document_id_8872ede4 ON public.signing_signingtask USING btree (document_id);

CREATE INDEX signing_signingtask_party_id_85b1fe53 ON public.signing_signingtask USING btree (party_id);

CREATE INDEX templates_clause_insurer_id_bdc7e07b ON public.templates_clause USING btree (insurer_id);

CREATE INDEX templates_clauseversion_clause_id_df44f5cb ON public.templates_clauseversion USING btree (clause_id);

CREATE INDEX templates_clauseversion_written_by_id_083e5c34 ON public.templates_clauseversion USING btree (written_by_id);

CREATE UNIQUE INDEX templates_one_published ON public.templates_templateversion USING btree (template_id, language) WHERE ((state)::text = 'published'::text);

CREATE INDEX templates_template_insurer_id_db5430ed ON public.templates_template USING btree (insurer_id);

CREATE INDEX templates_templatefile_sha256_144ced1a_like ON public.templates_templatefile USING btree (sha256 varchar_pattern_ops);

CREATE INDEX templates_templateversion_base_id_4bc6ff85 ON public.templates_templateversion USING btree (base_id);

CREATE INDEX templates_templateversion_digest_0f9a89e4_like ON public.templates_templateversion USING btree (digest varchar_pattern_ops);

CREATE INDEX templates_templateversion_reviewed_by_id_17ec4f7c ON public.templates_templateversion USING btree (reviewed_by_id);

CREATE INDEX templates_templateversion_submitted_by_id_e6cddd5c ON public.templates_templateversion USING btree (submitted_by_id);

CREATE INDEX templates_templateversion_template_id_006bbfdb ON public.templates_templateversion USING btree (template_id);

CREATE INDEX tracing_pag_case_id_a4d900_idx ON public.tracing_pageshown USING btree (case_id, session_hash, page, shown_at);

CREATE INDEX tracing_pageshown_case_id_bbc7073c ON public.tracing_pageshown USING btree (case_id);

CREATE INDEX tracing_pageshown_party_id_44449d11 ON public.tracing_pageshown USING btree (party_id);

CREATE INDEX tracing_pageshown_version_id_decf2ebf ON public.tracing_pageshown USING btree (version_id);

CREATE INDEX tracing_pageversion_case_id_83b89271 ON public.tracing_pageversion USING btree (case_id);

CREATE INDEX underwriting_informationrequest_case_id_110a23eb ON public.underwriting_informationrequest USING btree (case_id);

CREATE INDEX underwriting_informationrequest_staff_id_c99a7383 ON public.underwriting_informationrequest USING btree (staff_id);

CREATE INDEX underwriting_underwritingdecision_case_id_518f97a3 ON public.underwriting_underwritingdecision USING btree (case_id);

CREATE INDEX underwriting_underwritingdecision_staff_id_a5db24a6 ON public.underwriting_underwritingdecision USING btree (staff_id);

CREATE UNIQUE INDEX unique_authenticator_type ON public.mfa_authenticator USING btree (user_id, type) WHERE ((type)::text = ANY ((ARRAY['totp'::character varying, 'recovery_codes'::character varying])::text[]));

CREATE UNIQUE INDEX unique_primary_email ON public.account_emailaddress USING btree (user_id, "primary") WHERE "primary";

CREATE UNIQUE INDEX unique_verified_email ON public.account_emailaddress USING btree (email) WHERE verified;

CREATE INDEX web_cache_expires ON public.web_cache USING btree (expires);

CREATE INDEX web_ratecounter_expires_at_b810414f ON public.web_ratecounter USING btree (expires_at);

CREATE INDEX web_ratecounter_key_36357da5_like ON public.web_ratecounter USING btree (key varchar_pattern_ops);

CREATE INDEX web_stafflo_user_id_37d697_idx ON public.web_stafflogin USING btree (user_id, ended_at);

CREATE INDEX web_stafflogin_user_id_5f1e2add ON public.web_stafflogin USING btree (user_id);

CREATE TRIGGER base_instancefact_final BEFORE DELETE OR UPDATE ON public.base_instancefact FOR EACH ROW EXECUTE FUNCTION public.base_instancefact_is_final();

CREATE TRIGGER cases_case_beginning BEFORE INSERT ON public.cases_case FOR EACH ROW EXECUTE FUNCTION public.cases_check_beginning();

CREATE TRIGGER cases_case_transition BEFORE UPDATE OF state ON public.cases_case FOR EACH ROW EXECUTE FUNCTION public.cases_check_transition();

CREATE TRIGGER identity_passkey_guard BEFORE DELETE OR UPDATE ON public.identity_customerpasskey FOR EACH ROW EXECUTE FUNCTION public.identity_passkey_guard();

CREATE TRIGGER identity_question_guard BEFORE DELETE OR UPDATE ON public.identity_passkeyquestion FOR EACH ROW EXECUTE FUNCTION public.identity_question_guard();

CREATE TRIGGER parties_branch_guard BEFORE INSERT OR UPDATE OF parent_id, insurer_id ON public.parties_branch FOR EACH ROW EXECUTE FUNCTION public.parties_branch_guard();

CREATE TRIGGER parties_challenge_guard BEFORE DELETE OR UPDATE ON public.parties_passkeychallenge FOR EACH ROW EXECUTE FUNCTION public.parties_challenge_guard();

CREATE TRIGGER parties_delegation_guard BEFORE DELETE OR UPDATE ON public.parties_delegation FOR EACH ROW EXECUTE FUNCTION public.parties_delegation_guard();

CREATE TRIGGER parties_passkey_guard BEFORE DELETE OR UPDATE ON public.parties_passkey FOR EACH ROW EXECUTE FUNCTION public.parties_passkey_guard();

CREATE TRIGGER procrastinate_jobs_notify_queue_job_aborted_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN (((old.abort_requested = false) AND (new.abort_requested = true) AND (new.status = 'doing'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_notify_queue_abort_job_v1();

CREATE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_notify_queue_job_inserted_v1();

CREATE TRIGGER procrastinate_trigger_abort_requested_events_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.abort_requested = true)) EXECUTE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1();

CREATE TRIGGER procrastinate_trigger_delete_jobs_v1 BEFORE DELETE ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_unlink_periodic_defers_v1();

CREATE TRIGGER procrastinate_trigger_scheduled_events_v1 AFTER INSERT OR UPDATE ON public.procrastinate_jobs FOR EACH ROW WHEN (((new.scheduled_at IS NOT NULL) AND (new.status = 'todo'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1();

CREATE TRIGGER procrastinate_trigger_status_events_insert_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1();

CREATE TRIGGER procrastinate_trigger_status_events_update_v1 AFTER UPDATE OF status ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_update_v1();

CREATE TRIGGER products_version_guard BEFORE DELETE OR UPDATE ON public.products_productversion FOR EACH ROW EXECUTE FUNCTION public.products_version_guard();

CREATE TRIGGER seals_approval_is_proven BEFORE INSERT ON public.seals_sealpermission FOR EACH ROW WHEN (((new.kind)::text = ANY ((ARRAY['approval'::character varying, 'staff'::character varying])::text[]))) EXECUTE FUNCTION public.seals_approval_is_proven();

CREATE TRIGGER seals_certificate_guard BEFORE DELETE OR UPDATE ON public.seals_certificaterecord FOR EACH ROW EXECUTE FUNCTION public.seals_certificate_guard();

CREATE TRIGGER seals_decision_guard BEFORE INSERT OR DELETE OR UPDATE ON public.seals_sealrequestdecision FOR EACH ROW EXECUTE FUNCTION public.seals_decision_guard();

CREATE TRIGGER seals_decision_is_proven BEFORE INSERT ON public.seals_sealrequestdecision FOR EACH ROW WHEN (((new.decision)::text = 'approve'::text)) EXECUTE FUNCTION public.seals_decision_is_proven();

CREATE TRIGGER seals_grant_becomes_of_approver BEFORE UPDATE ON public.seals_sealgrant FOR EACH ROW WHEN ((((new.state)::text = 'active'::text) AND ((old.state)::text <> 'active'::text))) EXECUTE FUNCTION public.seals_grant_of_approver();

CREATE TRIGGER seals_grant_begins_of_approver BEFORE INSERT ON public.seals_sealgrant FOR EACH ROW WHEN (((new.state)::text = 'active'::text)) EXECUTE FUNCTION public.seals_grant_of_approver();

CREATE TRIGGER seals_grant_guard BEFORE DELETE OR UPDATE ON public.seals_sealgrant FOR EACH ROW EXECUTE FUNCTION public.seals_grant_guard();

CREATE TRIGGER seals_grant_is_proven BEFORE UPDATE ON public.seals_sealgrant FOR EACH ROW WHEN (((new.first_proof IS DISTINCT FROM old.first_proof) OR (new.second_proof IS DISTINCT FROM old.second_proof))) EXECUTE FUNCTION public.seals_grant_is_proven();

CREATE TRIGGER seals_grant_is_proven_new BEFORE INSERT ON public.seals_sealgrant FOR EACH ROW WHEN (((new.first_proof IS NOT NULL) OR (new.second_proof IS NOT NULL))) EXECUTE FUNCTION public.seals_grant_is_proven();

CREATE TRIGGER seals_increase_is_proven BEFORE INSERT OR UPDATE ON public.seals_grantincrease FOR EACH ROW WHEN (((new.state)::text = 'approved'::text)) EXECUTE FUNCTION public.seals_increase_is_proven();

CREATE TRIGGER seals_item_guard BEFORE DELETE OR UPDATE ON public.seals_sealrequestitem FOR EACH ROW EXECUTE FUNCTION public.seals_item_guard();

CREATE TRIGGER seals_passkey_guard BEFORE DELETE OR UPDATE ON public.seals_knownpasskey FOR EACH ROW EXECUTE FUNCTION public.seals_proof_guard();

CREATE TRIGGER seals_permission_guard BEFORE DELETE OR UPDATE ON public.seals_sealpermission FOR EACH ROW EXECUTE FUNCTION public.seals_permission_guard();

CREATE TRIGGER seals_permission_of_request BEFORE INSERT ON public.seals_sealpermission FOR EACH ROW EXECUTE FUNCTION public.seals_permission_of_request();

CREATE TRIGGER seals_proof_guard BEFORE DELETE OR UPDATE ON public.seals_weakerproof FOR EACH ROW EXECUTE FUNCTION public.seals_proof_guard();

CREATE TRIGGER seals_request_guard BEFORE DELETE OR UPDATE ON public.seals_sealrequest FOR EACH ROW EXECUTE FUNCTION public.seals_request_guard();

CREATE TRIGGER seals_rule_guard BEFORE DELETE OR UPDATE ON public.seals_sealrule FOR EACH ROW EXECUTE FUNCTION public.seals_rule_guard();

CREATE TRIGGER seals_seal_guard BEFORE UPDATE ON public.seals_seal FOR EACH ROW EXECUTE FUNCTION public.seals_seal_guard();

CREATE TRIGGER seals_seal_stays BEFORE UPDATE ON public.seals_seal FOR EACH ROW WHEN ((new.insurer_id <> old.insurer_id)) EXECUTE FUNCTION public.seals_seal_stays();

CREATE TRIGGER seals_use_guard BEFORE DELETE OR UPDATE ON public.seals_sealuse FOR EACH ROW EXECUTE FUNCTION public.seals_use_guard();

CREATE TRIGGER templates_clause_final BEFORE DELETE OR UPDATE ON public.templates_clauseversion FOR EACH ROW EXECUTE FUNCTION public.templates_is_final();

CREATE TRIGGER templates_file_held BEFORE DELETE OR UPDATE ON public.templates_templatefile FOR EACH ROW EXECUTE FUNCTION public.templates_file_may_go();

CREATE TRIGGER templates_version_files_changed BEFORE UPDATE ON public.templates_templateversion FOR EACH ROW WHEN ((new.files IS DISTINCT FROM old.files)) EXECUTE FUNCTION public.templates_files_are_kept();

CREATE TRIGGER templates_version_files_new BEFORE INSERT ON public.templates_templateversion FOR EACH ROW WHEN ((new.files <> '{}'::jsonb)) EXECUTE FUNCTION public.templates_files_are_kept();

CREATE TRIGGER templates_version_final BEFORE DELETE OR UPDATE ON public.templates_templateversion FOR EACH ROW EXECUTE FUNCTION public.templates_version_is_final();

ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_2c513194_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirm_email_address_id_5b7f8c58_fk_account_e FOREIGN KEY (email_address_id) REFERENCES public.account_emailaddress(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.archive_archiveentry
    ADD CONSTRAINT archive_archiveentry_case_id_666677eb_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.archive_preservedfile
    ADD CONSTRAINT archive_preservedfile_document_id_cbbca51e_fk_cases_document_id FOREIGN KEY (document_id) REFERENCES public.cases_document(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.archive_preservingfault
    ADD CONSTRAINT archive_preservingfa_document_id_db4ba8aa_fk_cases_doc FOREIGN KEY (document_id) REFERENCES public.cases_document(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.archive_preservingfault
    ADD CONSTRAINT archive_preservingfa_looked_by_id_38cd7f9b_fk_parties_s FOREIGN KEY (looked_by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissio_permission_id_84c5c92e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_b120cbf9_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_2f476e4b_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_group_id_97559544_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_user_id_6a12ed8b_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permi_permission_id_1fbb5f2c_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permissions_user_id_a95ead1b_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.cases_application
    ADD CONSTRAINT cases_application_case_id_839846b7_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.cases_case
    ADD CONSTRAINT cases_case_branch_id_4071ae4c_fk_parties_branch_id FOREIGN KEY (branch_id) REFERENCES public.parties_branch(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.cases_case
    ADD CONSTRAINT cases_case_data_key_id_d956015d_fk_base_datakey_id FOREIGN KEY (data_key_id) REFERENCES public.base_datakey(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.cases_case
    ADD CONSTRAINT cases_case_insurer_id_bddd3bd2_fk_parties_insurer_id FOREIGN KEY (insurer_id) REFERENCES public.parties_insurer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.cases_case
    ADD CONSTRAINT cases_case_owner_id_352cf2f7_fk_parties_staffmember_id FOREIGN KEY (owner_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.cases_case
    ADD CONSTRAINT cases_case_product_id_c9ed5517_fk_products_productversion_id FOREIGN KEY (product_id) REFERENCES public.products_productversion(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.cases_case
    ADD CONSTRAINT cases_case_salesperson_id_8b521b5d_fk_parties_salesperson_id FOREIGN KEY (salesperson_id) REFERENCES public.parties_salesperson(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.cases_caseparty
    ADD CONSTRAINT cases_caseparty_case_id_7d3c0d06_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.cases_casestep
    ADD CONSTRAINT cases_casestep_case_id_70bbe3b6_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.cases_casestep
    ADD CONSTRAINT cases_casestep_party_id_387e9230_fk_cases_caseparty_id FOREIGN KEY (party_id) REFERENCES public.cases_caseparty(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.cases_consent
    ADD CONSTRAINT cases_consent_case_id_ac946417_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.cases_consent
    ADD CONSTRAINT cases_consent_party_id_7a8bed3a_fk_cases_caseparty_id FOREIGN KEY (party_id) REFERENCES public.cases_caseparty(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.cases_document
    ADD CONSTRAINT cases_document_case_id_7e641fda_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.cases_revision
    ADD CONSTRAINT cases_revision_document_id_8156d850_fk_cases_document_id FOREIGN KEY (document_id) REFERENCES public.cases_document(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.chronicle_evidencedetail
    ADD CONSTRAINT chronicle_evidencede_event_id_766cd570_fk_chronicle FOREIGN KEY (event_id) REFERENCES public.chronicle_evidenceevent(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.chronicle_evidenceevent
    ADD CONSTRAINT chronicle_evidenceev_stream_id_3e9c389c_fk_chronicle FOREIGN KEY (stream_id) REFERENCES public.chronicle_evidencestream(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.chronicle_evidencestream
    ADD CONSTRAINT chronicle_evidencest_data_key_id_d9235861_fk_base_data FOREIGN KEY (data_key_id) REFERENCES public.base_datakey(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.conduct_badgereport
    ADD CONSTRAINT conduct_badgereport_handled_by_id_55ad7bff_fk_parties_s FOREIGN KEY (handled_by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.conduct_badgereport
    ADD CONSTRAINT conduct_badgereport_insurer_id_d9dc7a3a_fk_parties_insurer_id FOREIGN KEY (insurer_id) REFERENCES public.parties_insurer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.conduct_badgereport
    ADD CONSTRAINT conduct_badgereport_salesperson_id_38a93fc7_fk_parties_s FOREIGN KEY (salesperson_id) REFERENCES public.parties_salesperson(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.conduct_conductrule
    ADD CONSTRAINT conduct_conductrule_agreed_by_id_3f045c21_fk_parties_s FOREIGN KEY (agreed_by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.conduct_conductrule
    ADD CONSTRAINT conduct_conductrule_changed_by_id_faee4fb4_fk_parties_s FOREIGN KEY (changed_by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.conduct_conductrule
    ADD CONSTRAINT conduct_conductrule_insurer_id_cfa8a660_fk_parties_insurer_id FOREIGN KEY (insurer_id) REFERENCES public.parties_insurer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.conduct_facetoface
    ADD CONSTRAINT conduct_facetoface_case_id_13447246_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.conduct_facetoface
    ADD CONSTRAINT conduct_facetoface_party_id_721af45d_fk_cases_caseparty_id FOREIGN KEY (party_id) REFERENCES public.cases_caseparty(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.conduct_facetoface
    ADD CONSTRAINT conduct_facetoface_salesperson_id_f56798a9_fk_parties_s FOREIGN KEY (salesperson_id) REFERENCES public.parties_salesperson(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.conduct_ownconfirmation
    ADD CONSTRAINT conduct_ownconfirmat_document_id_840402c3_fk_cases_doc FOREIGN KEY (document_id) REFERENCES public.cases_document(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.conduct_ownconfirmation
    ADD CONSTRAINT conduct_ownconfirmat_meeting_id_50fe45c5_fk_conduct_f FOREIGN KEY (meeting_id) REFERENCES public.conduct_facetoface(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.conduct_ownconfirmation
    ADD CONSTRAINT conduct_ownconfirmat_willingness_id_0d0ccf10_fk_identity_ FOREIGN KEY (willingness_id) REFERENCES public.identity_willingness(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.conduct_ownconfirmation
    ADD CONSTRAINT conduct_ownconfirmation_party_id_dfc1e19b_fk_cases_caseparty_id FOREIGN KEY (party_id) REFERENCES public.cases_caseparty(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.conduct_stafftrace
    ADD CONSTRAINT conduct_stafftrace_insurer_id_3a0b5a1e_fk_parties_insurer_id FOREIGN KEY (insurer_id) REFERENCES public.parties_insurer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.conduct_stafftrace
    ADD CONSTRAINT conduct_stafftrace_salesperson_id_46dd53ff_fk_parties_s FOREIGN KEY (salesperson_id) REFERENCES public.parties_salesperson(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.conduct_stafftrace
    ADD CONSTRAINT conduct_stafftrace_staff_id_c374ade8_fk_parties_staffmember_id FOREIGN KEY (staff_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.conduct_suspicion
    ADD CONSTRAINT conduct_suspicion_case_id_68b68494_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.conduct_suspicion
    ADD CONSTRAINT conduct_suspicion_decided_by_id_ea3775ba_fk_parties_s FOREIGN KEY (decided_by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.conduct_suspicion
    ADD CONSTRAINT conduct_suspicion_insurer_id_fda10e8a_fk_parties_insurer_id FOREIGN KEY (insurer_id) REFERENCES public.parties_insurer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.conduct_suspicion
    ADD CONSTRAINT conduct_suspicion_party_id_be7c833f_fk_cases_caseparty_id FOREIGN KEY (party_id) REFERENCES public.cases_caseparty(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.conduct_suspicion
    ADD CONSTRAINT conduct_suspicion_salesperson_id_6643d310_fk_parties_s FOREIGN KEY (salesperson_id) REFERENCES public.parties_salesperson(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.conduct_suspicion
    ADD CONSTRAINT conduct_suspicion_staff_id_82c40596_fk_parties_staffmember_id FOREIGN KEY (staff_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.conduct_trace
    ADD CONSTRAINT conduct_trace_case_id_a1d313aa_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.conduct_trace
    ADD CONSTRAINT conduct_trace_insurer_id_6491396c_fk_parties_insurer_id FOREIGN KEY (insurer_id) REFERENCES public.parties_insurer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.identity_customerpasskey
    ADD CONSTRAINT identity_customerpas_insurer_id_43ede11d_fk_parties_i FOREIGN KEY (insurer_id) REFERENCES public.parties_insurer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.identity_identitycheck
    ADD CONSTRAINT identity_identitycheck_case_id_3f9bf9f7_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.identity_identitycheck
    ADD CONSTRAINT identity_identitycheck_party_id_533553b7_fk_cases_caseparty_id FOREIGN KEY (party_id) REFERENCES public.cases_caseparty(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.identity_onetimecode
    ADD CONSTRAINT identity_onetimecode_case_id_dc385f06_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.identity_onetimecode
    ADD CONSTRAINT identity_onetimecode_notice_id_b552036d_fk_notices_notice_id FOREIGN KEY (notice_id) REFERENCES public.notices_notice(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.identity_onetimecode
    ADD CONSTRAINT identity_onetimecode_party_id_f1f8c606_fk_cases_caseparty_id FOREIGN KEY (party_id) REFERENCES public.cases_caseparty(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.identity_passkeyquestion
    ADD CONSTRAINT identity_passkeyques_party_id_34807029_fk_cases_cas FOREIGN KEY (party_id) REFERENCES public.cases_caseparty(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.identity_passkeyquestion
    ADD CONSTRAINT identity_passkeyques_passkey_id_62320b8a_fk_identity_ FOREIGN KEY (passkey_id) REFERENCES public.identity_customerpasskey(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.identity_passkeyquestion
    ADD CONSTRAINT identity_passkeyquestion_case_id_2db5c083_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.identity_picture
    ADD CONSTRAINT identity_picture_made_for_id_4a16c155_fk_identity_ FOREIGN KEY (made_for_id) REFERENCES public.identity_identitycheck(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.identity_providercallback
    ADD CONSTRAINT identity_providercal_made_for_id_c244e11c_fk_identity_ FOREIGN KEY (made_for_id) REFERENCES public.identity_identitycheck(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.identity_review
    ADD CONSTRAINT identity_review_first_by_id_5ce25a52_fk_parties_staffmember_id FOREIGN KEY (first_by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.identity_review
    ADD CONSTRAINT identity_review_made_for_id_84c8cf90_fk_identity_ FOREIGN KEY (made_for_id) REFERENCES public.identity_identitycheck(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.identity_review
    ADD CONSTRAINT identity_review_refused_by_id_956fa6d5_fk_parties_s FOREIGN KEY (refused_by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.identity_review
    ADD CONSTRAINT identity_review_second_by_id_5bc42389_fk_parties_staffmember_id FOREIGN KEY (second_by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.identity_willingness
    ADD CONSTRAINT identity_willingness_case_id_e9a10fe3_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.identity_willingness
    ADD CONSTRAINT identity_willingness_check_made_id_72b93906_fk_identity_ FOREIGN KEY (check_made_id) REFERENCES public.identity_identitycheck(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.identity_willingness
    ADD CONSTRAINT identity_willingness_code_id_b5b25636_fk_identity_ FOREIGN KEY (code_id) REFERENCES public.identity_onetimecode(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.identity_willingness
    ADD CONSTRAINT identity_willingness_document_id_f8420b85_fk_cases_document_id FOREIGN KEY (document_id) REFERENCES public.cases_document(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.identity_willingness
    ADD CONSTRAINT identity_willingness_party_id_1bfbaef0_fk_cases_caseparty_id FOREIGN KEY (party_id) REFERENCES public.cases_caseparty(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.identity_willingness
    ADD CONSTRAINT identity_willingness_passkey_answer_id_3ac76a5b_fk_identity_ FOREIGN KEY (passkey_answer_id) REFERENCES public.identity_passkeyquestion(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.identity_willingness
    ADD CONSTRAINT identity_willingness_revision_id_eee098e6_fk_cases_revision_id FOREIGN KEY (revision_id) REFERENCES public.cases_revision(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.integrations_apiclient
    ADD CONSTRAINT integrations_apiclie_application_id_51aa2a83_fk_oauth2_pr FOREIGN KEY (application_id) REFERENCES public.oauth2_provider_application(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.integrations_apiclient
    ADD CONSTRAINT integrations_apiclie_insurer_id_dc4a0f8d_fk_parties_i FOREIGN KEY (insurer_id) REFERENCES public.parties_insurer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.integrations_apiclient
    ADD CONSTRAINT integrations_apiclient_branch_id_55bca81d_fk_parties_branch_id FOREIGN KEY (branch_id) REFERENCES public.parties_branch(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.integrations_apiclient
    ADD CONSTRAINT integrations_apiclient_data_key_id_defb1874_fk_base_datakey_id FOREIGN KEY (data_key_id) REFERENCES public.base_datakey(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.integrations_idempotencyrecord
    ADD CONSTRAINT integrations_idempot_client_id_f0578ce5_fk_integrati FOREIGN KEY (client_id) REFERENCES public.integrations_apiclient(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.integrations_webhookendpoint
    ADD CONSTRAINT integrations_webhook_client_id_73774188_fk_integrati FOREIGN KEY (client_id) REFERENCES public.integrations_apiclient(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.integrations_webhookattempt
    ADD CONSTRAINT integrations_webhook_delivery_id_0b60aa9c_fk_integrati FOREIGN KEY (delivery_id) REFERENCES public.integrations_webhookdelivery(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.integrations_webhookdelivery
    ADD CONSTRAINT integrations_webhook_endpoint_id_a6031765_fk_integrati FOREIGN KEY (endpoint_id) REFERENCES public.integrations_webhookendpoint(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.integrations_webhookdelivery
    ADD CONSTRAINT integrations_webhook_event_id_233f606b_fk_integrati FOREIGN KEY (event_id) REFERENCES public.integrations_webhookevent(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.integrations_webhookevent
    ADD CONSTRAINT integrations_webhookevent_case_id_2ccc3f5e_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.mfa_authenticator
    ADD CONSTRAINT mfa_authenticator_user_id_0c3a50c0_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.notices_notice
    ADD CONSTRAINT notices_notice_case_id_b8c1507c_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.notices_notice
    ADD CONSTRAINT notices_notice_data_key_id_ae0a9ad7_fk_base_datakey_id FOREIGN KEY (data_key_id) REFERENCES public.base_datakey(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.notices_notice
    ADD CONSTRAINT notices_notice_insurer_id_904d5a37_fk_parties_insurer_id FOREIGN KEY (insurer_id) REFERENCES public.parties_insurer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.notices_notice
    ADD CONSTRAINT notices_notice_party_id_4de11435_fk_cases_caseparty_id FOREIGN KEY (party_id) REFERENCES public.cases_caseparty(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.oauth2_provider_accesstoken
    ADD CONSTRAINT oauth2_provider_acce_application_id_b22886e1_fk_oauth2_pr FOREIGN KEY (application_id) REFERENCES public.oauth2_provider_application(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.oauth2_provider_accesstoken
    ADD CONSTRAINT oauth2_provider_acce_id_token_id_85db651b_fk_oauth2_pr FOREIGN KEY (id_token_id) REFERENCES public.oauth2_provider_idtoken(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.oauth2_provider_accesstoken
    ADD CONSTRAINT oauth2_provider_acce_source_refresh_token_e66fbc72_fk_oauth2_pr FOREIGN KEY (source_refresh_token_id) REFERENCES public.oauth2_provider_refreshtoken(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.oauth2_provider_accesstoken
    ADD CONSTRAINT oauth2_provider_accesstoken_user_id_6e4c9a65_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.oauth2_provider_application
    ADD CONSTRAINT oauth2_provider_application_user_id_79829054_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.oauth2_provider_devicegrant
    ADD CONSTRAINT oauth2_provider_devicegrant_user_id_1cec5156_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.oauth2_provider_grant
    ADD CONSTRAINT oauth2_provider_gran_application_id_81923564_fk_oauth2_pr FOREIGN KEY (application_id) REFERENCES public.oauth2_provider_application(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.oauth2_provider_grant
    ADD CONSTRAINT oauth2_provider_grant_user_id_e8f62af8_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.oauth2_provider_idtoken
    ADD CONSTRAINT oauth2_provider_idto_application_id_08c5ff4f_fk_oauth2_pr FOREIGN KEY (application_id) REFERENCES public.oauth2_provider_application(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.oauth2_provider_idtoken
    ADD CONSTRAINT oauth2_provider_idtoken_user_id_dd512b59_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.oauth2_provider_refreshtoken
    ADD CONSTRAINT oauth2_provider_refr_access_token_id_775e84e8_fk_oauth2_pr FOREIGN KEY (access_token_id) REFERENCES public.oauth2_provider_accesstoken(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.oauth2_provider_refreshtoken
    ADD CONSTRAINT oauth2_provider_refr_application_id_2d1c311b_fk_oauth2_pr FOREIGN KEY (application_id) REFERENCES public.oauth2_provider_application(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.oauth2_provider_refreshtoken
    ADD CONSTRAINT oauth2_provider_refreshtoken_user_id_da837fce_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.parties_accountrequest
    ADD CONSTRAINT parties_accountreque_decided_by_id_6f1a7f4d_fk_parties_s FOREIGN KEY (decided_by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.parties_accountrequest
    ADD CONSTRAINT parties_accountreque_insurer_id_d0e1c7dc_fk_parties_i FOREIGN KEY (insurer_id) REFERENCES public.parties_insurer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.parties_accountrequest
    ADD CONSTRAINT parties_accountreque_person_id_d048647f_fk_parties_s FOREIGN KEY (person_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.parties_accountrequest
    ADD CONSTRAINT parties_accountreque_requested_by_id_66ea471d_fk_parties_s FOREIGN KEY (requested_by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.parties_accountrequest
    ADD CONSTRAINT parties_accountrequest_branch_id_eddf3dc7_fk_parties_branch_id FOREIGN KEY (branch_id) REFERENCES public.parties_branch(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.parties_branch
    ADD CONSTRAINT parties_branch_insurer_id_711f1990_fk_parties_insurer_id FOREIGN KEY (insurer_id) REFERENCES public.parties_insurer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.parties_branch
    ADD CONSTRAINT parties_branch_parent_id_9f0730e3_fk_parties_branch_id FOREIGN KEY (parent_id) REFERENCES public.parties_branch(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.parties_delegation
    ADD CONSTRAINT parties_delegation_giver_id_9d32d2d6_fk_parties_staffmember_id FOREIGN KEY (giver_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.parties_delegation
    ADD CONSTRAINT parties_delegation_receiver_id_5fa31242_fk_parties_s FOREIGN KEY (receiver_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.parties_delegation
    ADD CONSTRAINT parties_delegation_withdrawn_by_id_fc817a69_fk_parties_s FOREIGN KEY (withdrawn_by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.parties_firstpassword
    ADD CONSTRAINT parties_firstpassword_user_id_b739f2f8_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.parties_insurerauthentication
    ADD CONSTRAINT parties_insurerauthe_insurer_id_42f2b367_fk_parties_i FOREIGN KEY (insurer_id) REFERENCES public.parties_insurer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.parties_passkey
    ADD CONSTRAINT parties_passkey_user_id_86684187_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.parties_passkeychallenge
    ADD CONSTRAINT parties_passkeychall_passkey_id_6a8332cf_fk_parties_p FOREIGN KEY (passkey_id) REFERENCES public.parties_passkey(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.parties_passkeychallenge
    ADD CONSTRAINT parties_passkeychallenge_user_id_9b18d922_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.parties_rolebinding
    ADD CONSTRAINT parties_rolebinding_branch_id_23ca5724_fk_parties_branch_id FOREIGN KEY (branch_id) REFERENCES public.parties_branch(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.parties_rolebinding
    ADD CONSTRAINT parties_rolebinding_staff_id_a21aa28a_fk_parties_staffmember_id FOREIGN KEY (staff_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.parties_salesperson
    ADD CONSTRAINT parties_salesperson_branch_id_a93d60bd_fk_parties_branch_id FOREIGN KEY (branch_id) REFERENCES public.parties_branch(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.parties_salesperson
    ADD CONSTRAINT parties_salesperson_insurer_id_57d60bf1_fk_parties_insurer_id FOREIGN KEY (insurer_id) REFERENCES public.parties_insurer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.parties_salesperson
    ADD CONSTRAINT parties_salesperson_user_id_303cbd2e_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.parties_signonlink
    ADD CONSTRAINT parties_signonlink_user_id_3a6121ee_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.parties_staffmember
    ADD CONSTRAINT parties_staffmember_branch_id_060ba4f2_fk_parties_branch_id FOREIGN KEY (branch_id) REFERENCES public.parties_branch(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.parties_staffmember
    ADD CONSTRAINT parties_staffmember_insurer_id_c314e3d8_fk_parties_insurer_id FOREIGN KEY (insurer_id) REFERENCES public.parties_insurer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.parties_staffmember
    ADD CONSTRAINT parties_staffmember_user_id_dcd7efaa_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.parties_writtenname
    ADD CONSTRAINT parties_writtenname_user_id_fb216223_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_gatewaycallback
    ADD CONSTRAINT payments_gatewaycall_order_id_fa1650a0_fk_payments_ FOREIGN KEY (order_id) REFERENCES public.payments_paymentorder(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_paymentorder
    ADD CONSTRAINT payments_paymentorde_refunded_by_id_afe90b41_fk_parties_s FOREIGN KEY (refunded_by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_paymentorder
    ADD CONSTRAINT payments_paymentorder_case_id_9aa2226f_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.policies_claimdecision
    ADD CONSTRAINT policies_claimdecisi_version_id_2a97c906_fk_policies_ FOREIGN KEY (version_id) REFERENCES public.policies_policyversion(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.policies_claimdecision
    ADD CONSTRAINT policies_claimdecision_policy_id_b130e5e2_fk_policies_policy_id FOREIGN KEY (policy_id) REFERENCES public.policies_policy(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.policies_difference
    ADD CONSTRAINT policies_difference_case_id_1abb6204_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.policies_difference
    ADD CONSTRAINT policies_difference_explained_by_id_a5cafde9_fk_parties_s FOREIGN KEY (explained_by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.policies_endorsement
    ADD CONSTRAINT policies_endorsement_application_document_b594f7ab_fk_cases_doc FOREIGN KEY (application_document_id) REFERENCES public.cases_document(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.policies_endorsement
    ADD CONSTRAINT policies_endorsement_approval_document_id_4d82bb51_fk_cases_doc FOREIGN KEY (approval_document_id) REFERENCES public.cases_document(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.policies_endorsement
    ADD CONSTRAINT policies_endorsement_approved_by_id_8cebc97e_fk_parties_s FOREIGN KEY (approved_by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.policies_endorsement
    ADD CONSTRAINT policies_endorsement_document_id_7256ec08_fk_cases_document_id FOREIGN KEY (document_id) REFERENCES public.cases_document(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.policies_endorsement
    ADD CONSTRAINT policies_endorsement_policy_id_77c5b9b6_fk_policies_policy_id FOREIGN KEY (policy_id) REFERENCES public.policies_policy(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.policies_endorsement
    ADD CONSTRAINT policies_endorsement_requested_by_id_66e17836_fk_parties_s FOREIGN KEY (requested_by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.policies_followupcall
    ADD CONSTRAINT policies_followupcal_staff_id_7d5a1dd0_fk_parties_s FOREIGN KEY (staff_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.policies_followupcall
    ADD CONSTRAINT policies_followupcall_policy_id_5dcd9cd0_fk_policies_policy_id FOREIGN KEY (policy_id) REFERENCES public.policies_policy(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.policies_invoice
    ADD CONSTRAINT policies_invoice_document_id_ac8cec3d_fk_cases_document_id FOREIGN KEY (document_id) REFERENCES public.cases_document(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.policies_invoice
    ADD CONSTRAINT policies_invoice_policy_id_54da3c6b_fk_policies_policy_id FOREIGN KEY (policy_id) REFERENCES public.policies_policy(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.policies_policy
    ADD CONSTRAINT policies_policy_acknowledgement_docu_e1ed0bdc_fk_cases_doc FOREIGN KEY (acknowledgement_document_id) REFERENCES public.cases_document(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.policies_policy
    ADD CONSTRAINT policies_policy_case_id_7253020c_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.policies_policy
    ADD CONSTRAINT policies_policy_insurer_id_bdd77e09_fk_parties_insurer_id FOREIGN KEY (insurer_id) REFERENCES public.parties_insurer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.policies_policyversion
    ADD CONSTRAINT policies_policyversi_document_id_70f0de5b_fk_cases_doc FOREIGN KEY (document_id) REFERENCES public.cases_document(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.policies_policyversion
    ADD CONSTRAINT policies_policyversion_policy_id_e55d4e9f_fk_policies_policy_id FOREIGN KEY (policy_id) REFERENCES public.policies_policy(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES public.procrastinate_workers(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id);

ALTER TABLE ONLY public.products_productversion
    ADD CONSTRAINT products_productvers_insurer_id_28605d94_fk_parties_i FOREIGN KEY (insurer_id) REFERENCES public.parties_insurer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_certificateorder
    ADD CONSTRAINT seals_certificateord_certificate_id_86734faa_fk_seals_cer FOREIGN KEY (certificate_id) REFERENCES public.seals_certificaterecord(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_certificateorder
    ADD CONSTRAINT seals_certificateord_ordered_by_id_25ab5758_fk_parties_s FOREIGN KEY (ordered_by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_certificateorder
    ADD CONSTRAINT seals_certificateorder_seal_id_d65d0ec4_fk_seals_seal_id FOREIGN KEY (seal_id) REFERENCES public.seals_seal(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_certificaterecord
    ADD CONSTRAINT seals_certificaterec_revoked_by_id_7f330581_fk_parties_s FOREIGN KEY (revoked_by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_doubtdraft
    ADD CONSTRAINT seals_doubtdraft_case_id_69202093_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_doubtdraft
    ADD CONSTRAINT seals_doubtdraft_certificate_id_556a78be_fk_seals_cer FOREIGN KEY (certificate_id) REFERENCES public.seals_certificaterecord(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_doubtdraft
    ADD CONSTRAINT seals_doubtdraft_decided_by_id_97fcf2f3_fk_parties_s FOREIGN KEY (decided_by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_doubtdraft
    ADD CONSTRAINT seals_doubtdraft_seal_id_9c7973f3_fk_seals_seal_id FOREIGN KEY (seal_id) REFERENCES public.seals_seal(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_grantincrease
    ADD CONSTRAINT seals_grantincrease_decided_by_id_a4d6803a_fk_parties_s FOREIGN KEY (decided_by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_grantincrease
    ADD CONSTRAINT seals_grantincrease_grant_id_b50a9da0_fk_seals_sealgrant_id FOREIGN KEY (grant_id) REFERENCES public.seals_sealgrant(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_grantincrease
    ADD CONSTRAINT seals_grantincrease_requested_by_id_51202d79_fk_parties_s FOREIGN KEY (requested_by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_knownpasskey
    ADD CONSTRAINT seals_knownpasskey_passkey_id_de167538_fk_parties_passkey_id FOREIGN KEY (passkey_id) REFERENCES public.parties_passkey(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_knownpasskey
    ADD CONSTRAINT seals_knownpasskey_staff_id_07cefa84_fk_parties_staffmember_id FOREIGN KEY (staff_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_revocationrequest
    ADD CONSTRAINT seals_revocationrequ_certificate_id_9861370d_fk_seals_cer FOREIGN KEY (certificate_id) REFERENCES public.seals_certificaterecord(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_revocationrequest
    ADD CONSTRAINT seals_revocationrequ_decided_by_id_1bbdd3c8_fk_parties_s FOREIGN KEY (decided_by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_revocationrequest
    ADD CONSTRAINT seals_revocationrequ_requested_by_id_0fb23f9d_fk_parties_s FOREIGN KEY (requested_by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_revocationrequest
    ADD CONSTRAINT seals_revocationrequest_seal_id_03560b37_fk_seals_seal_id FOREIGN KEY (seal_id) REFERENCES public.seals_seal(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_seal
    ADD CONSTRAINT seals_seal_branch_id_909fe632_fk_parties_branch_id FOREIGN KEY (branch_id) REFERENCES public.parties_branch(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_seal
    ADD CONSTRAINT seals_seal_certificate_id_c3719be2_fk_seals_cer FOREIGN KEY (certificate_id) REFERENCES public.seals_certificaterecord(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_seal_custodians
    ADD CONSTRAINT seals_seal_custodian_staffmember_id_24163fdd_fk_parties_s FOREIGN KEY (staffmember_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_seal_custodians
    ADD CONSTRAINT seals_seal_custodians_seal_id_dc709f9c_fk_seals_seal_id FOREIGN KEY (seal_id) REFERENCES public.seals_seal(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_seal
    ADD CONSTRAINT seals_seal_insurer_id_5f83656a_fk_parties_insurer_id FOREIGN KEY (insurer_id) REFERENCES public.parties_insurer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_seal
    ADD CONSTRAINT seals_seal_pictured_by_id_0e332770_fk_parties_staffmember_id FOREIGN KEY (pictured_by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_seal
    ADD CONSTRAINT seals_seal_requested_by_id_ce7c7c0e_fk_parties_staffmember_id FOREIGN KEY (requested_by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_seal
    ADD CONSTRAINT seals_seal_reviewed_by_id_ee56affb_fk_parties_staffmember_id FOREIGN KEY (reviewed_by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_sealalert
    ADD CONSTRAINT seals_sealalert_grant_id_2665cc47_fk_seals_sealgrant_id FOREIGN KEY (grant_id) REFERENCES public.seals_sealgrant(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_sealalert
    ADD CONSTRAINT seals_sealalert_insurer_id_2a7b4c35_fk_parties_insurer_id FOREIGN KEY (insurer_id) REFERENCES public.parties_insurer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_sealalert
    ADD CONSTRAINT seals_sealalert_looked_by_id_9381c73b_fk_parties_staffmember_id FOREIGN KEY (looked_by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_sealalert
    ADD CONSTRAINT seals_sealalert_seal_id_48d66f5e_fk_seals_seal_id FOREIGN KEY (seal_id) REFERENCES public.seals_seal(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_sealending
    ADD CONSTRAINT seals_sealending_decided_by_id_c262ce10_fk_parties_s FOREIGN KEY (decided_by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_sealending
    ADD CONSTRAINT seals_sealending_requested_by_id_b397cbf1_fk_parties_s FOREIGN KEY (requested_by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_sealending
    ADD CONSTRAINT seals_sealending_seal_id_5880db17_fk_seals_seal_id FOREIGN KEY (seal_id) REFERENCES public.seals_seal(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_sealfiling
    ADD CONSTRAINT seals_sealfiling_seal_id_9b548ab0_fk_seals_seal_id FOREIGN KEY (seal_id) REFERENCES public.seals_seal(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_sealgrant
    ADD CONSTRAINT seals_sealgrant_first_approver_id_7ff370a1_fk_parties_s FOREIGN KEY (first_approver_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_sealgrant
    ADD CONSTRAINT seals_sealgrant_requested_by_id_b2767285_fk_parties_s FOREIGN KEY (requested_by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_sealgrant
    ADD CONSTRAINT seals_sealgrant_seal_id_754dd816_fk_seals_seal_id FOREIGN KEY (seal_id) REFERENCES public.seals_seal(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_sealgrant
    ADD CONSTRAINT seals_sealgrant_second_approver_id_0331b7b1_fk_parties_s FOREIGN KEY (second_approver_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_sealpermission
    ADD CONSTRAINT seals_sealpermission_data_key_id_254dfe39_fk_base_datakey_id FOREIGN KEY (data_key_id) REFERENCES public.base_datakey(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_sealpermission
    ADD CONSTRAINT seals_sealpermission_grant_id_9cf4cb78_fk_seals_sealgrant_id FOREIGN KEY (grant_id) REFERENCES public.seals_sealgrant(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_sealpermission
    ADD CONSTRAINT seals_sealpermission_request_id_b7fa5168_fk_seals_sea FOREIGN KEY (request_id) REFERENCES public.seals_sealrequest(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_sealpermission
    ADD CONSTRAINT seals_sealpermission_seal_id_b8eff2a3_fk_seals_seal_id FOREIGN KEY (seal_id) REFERENCES public.seals_seal(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_sealrequest
    ADD CONSTRAINT seals_sealrequest_branch_id_98284536_fk_parties_branch_id FOREIGN KEY (branch_id) REFERENCES public.parties_branch(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_sealrequest
    ADD CONSTRAINT seals_sealrequest_insurer_id_af781088_fk_parties_insurer_id FOREIGN KEY (insurer_id) REFERENCES public.parties_insurer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_sealrequest
    ADD CONSTRAINT seals_sealrequest_requested_by_id_bfdfd805_fk_parties_s FOREIGN KEY (requested_by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_sealrequest
    ADD CONSTRAINT seals_sealrequest_seal_id_519a7a2e_fk_seals_seal_id FOREIGN KEY (seal_id) REFERENCES public.seals_seal(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_sealrequestdecision
    ADD CONSTRAINT seals_sealrequestdec_by_id_5604f35c_fk_parties_s FOREIGN KEY (by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_sealrequestdecision
    ADD CONSTRAINT seals_sealrequestdec_request_id_b9ed9dd1_fk_seals_sea FOREIGN KEY (request_id) REFERENCES public.seals_sealrequest(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_sealrequestitem
    ADD CONSTRAINT seals_sealrequestite_request_id_9970544f_fk_seals_sea FOREIGN KEY (request_id) REFERENCES public.seals_sealrequest(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_sealrule
    ADD CONSTRAINT seals_sealrule_branch_id_cc1456a5_fk_parties_branch_id FOREIGN KEY (branch_id) REFERENCES public.parties_branch(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_sealrule
    ADD CONSTRAINT seals_sealrule_decided_by_id_3a0f84b2_fk_parties_staffmember_id FOREIGN KEY (decided_by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_sealrule
    ADD CONSTRAINT seals_sealrule_insurer_id_07510666_fk_parties_insurer_id FOREIGN KEY (insurer_id) REFERENCES public.parties_insurer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_sealrule
    ADD CONSTRAINT seals_sealrule_proposed_by_id_572c64b9_fk_parties_s FOREIGN KEY (proposed_by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_sealrule
    ADD CONSTRAINT seals_sealrule_seal_id_d3d56990_fk_seals_seal_id FOREIGN KEY (seal_id) REFERENCES public.seals_seal(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_sealuse
    ADD CONSTRAINT seals_sealuse_grant_id_b91620ea_fk_seals_sealgrant_id FOREIGN KEY (grant_id) REFERENCES public.seals_sealgrant(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_sealuse
    ADD CONSTRAINT seals_sealuse_permission_id_1f10579d_fk_seals_sealpermission_id FOREIGN KEY (permission_id) REFERENCES public.seals_sealpermission(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_sealuse
    ADD CONSTRAINT seals_sealuse_seal_id_134ef5fa_fk_seals_seal_id FOREIGN KEY (seal_id) REFERENCES public.seals_seal(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.seals_weakerproof
    ADD CONSTRAINT seals_weakerproof_by_id_1c523695_fk_parties_staffmember_id FOREIGN KEY (by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.signing_accesslink
    ADD CONSTRAINT signing_accesslink_case_id_57618d55_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.signing_accesslink
    ADD CONSTRAINT signing_accesslink_party_id_087400ef_fk_cases_caseparty_id FOREIGN KEY (party_id) REFERENCES public.cases_caseparty(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.signing_ceremony
    ADD CONSTRAINT signing_ceremony_task_id_f3e85cbd_fk_signing_signingtask_id FOREIGN KEY (task_id) REFERENCES public.signing_signingtask(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.signing_companyseal
    ADD CONSTRAINT signing_companyseal_case_id_adf27926_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.signing_consentround
    ADD CONSTRAINT signing_consentround_case_id_1e56f377_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.signing_consentround
    ADD CONSTRAINT signing_consentround_document_id_8bbc0cec_fk_cases_document_id FOREIGN KEY (document_id) REFERENCES public.cases_document(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.signing_handwriting
    ADD CONSTRAINT signing_handwriting_task_id_76e7384f_fk_signing_signingtask_id FOREIGN KEY (task_id) REFERENCES public.signing_signingtask(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.signing_insuredconsent
    ADD CONSTRAINT signing_insuredconse_ended_by_id_f515a074_fk_parties_s FOREIGN KEY (ended_by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.signing_insuredconsent
    ADD CONSTRAINT signing_insuredconse_round_id_da90475b_fk_signing_c FOREIGN KEY (round_id) REFERENCES public.signing_consentround(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.signing_insuredconsent
    ADD CONSTRAINT signing_insuredconse_willingness_id_d6a31a5c_fk_identity_ FOREIGN KEY (willingness_id) REFERENCES public.identity_willingness(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.signing_insuredconsent
    ADD CONSTRAINT signing_insuredconse_withdrawal_id_e2c035ba_fk_identity_ FOREIGN KEY (withdrawal_id) REFERENCES public.identity_willingness(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.signing_insuredconsent
    ADD CONSTRAINT signing_insuredconsent_party_id_e2faa887_fk_cases_caseparty_id FOREIGN KEY (party_id) REFERENCES public.cases_caseparty(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.signing_signingtask
    ADD CONSTRAINT signing_signingtask_acted_by_id_cd339326_fk_signing_s FOREIGN KEY (acted_by_id) REFERENCES public.signing_signingtask(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.signing_signingtask
    ADD CONSTRAINT signing_signingtask_case_id_7e4209b4_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.signing_signingtask
    ADD CONSTRAINT signing_signingtask_document_id_8872ede4_fk_cases_document_id FOREIGN KEY (document_id) REFERENCES public.cases_document(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.signing_signingtask
    ADD CONSTRAINT signing_signingtask_party_id_85b1fe53_fk_cases_caseparty_id FOREIGN KEY (party_id) REFERENCES public.cases_caseparty(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.signing_signingtask
    ADD CONSTRAINT signing_signingtask_willingness_id_835b1957_fk_identity_ FOREIGN KEY (willingness_id) REFERENCES public.identity_willingness(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.templates_clause
    ADD CONSTRAINT templates_clause_insurer_id_bdc7e07b_fk_parties_insurer_id FOREIGN KEY (insurer_id) REFERENCES public.parties_insurer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.templates_clauseversion
    ADD CONSTRAINT templates_clausevers_clause_id_df44f5cb_fk_templates FOREIGN KEY (clause_id) REFERENCES public.templates_clause(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.templates_clauseversion
    ADD CONSTRAINT templates_clausevers_written_by_id_083e5c34_fk_parties_s FOREIGN KEY (written_by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.templates_template
    ADD CONSTRAINT templates_template_insurer_id_db5430ed_fk_parties_insurer_id FOREIGN KEY (insurer_id) REFERENCES public.parties_insurer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.templates_templateversion
    ADD CONSTRAINT templates_templateve_base_id_4bc6ff85_fk_templates FOREIGN KEY (base_id) REFERENCES public.templates_templateversion(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.templates_templateversion
    ADD CONSTRAINT templates_templateve_reviewed_by_id_17ec4f7c_fk_parties_s FOREIGN KEY (reviewed_by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.templates_templateversion
    ADD CONSTRAINT templates_templateve_submitted_by_id_e6cddd5c_fk_parties_s FOREIGN KEY (submitted_by_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.templates_templateversion
    ADD CONSTRAINT templates_templateve_template_id_006bbfdb_fk_templates FOREIGN KEY (template_id) REFERENCES public.templates_template(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tracing_pageshown
    ADD CONSTRAINT tracing_pageshown_case_id_bbc7073c_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tracing_pageshown
    ADD CONSTRAINT tracing_pageshown_party_id_44449d11_fk_cases_caseparty_id FOREIGN KEY (party_id) REFERENCES public.cases_caseparty(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tracing_pageshown
    ADD CONSTRAINT tracing_pageshown_version_id_decf2ebf_fk_tracing_pageversion_id FOREIGN KEY (version_id) REFERENCES public.tracing_pageversion(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tracing_pageversion
    ADD CONSTRAINT tracing_pageversion_case_id_83b89271_fk_cases_case_id FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.underwriting_informationrequest
    ADD CONSTRAINT underwriting_informa_case_id_110a23eb_fk_cases_cas FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.underwriting_informationrequest
    ADD CONSTRAINT underwriting_informa_staff_id_c99a7383_fk_parties_s FOREIGN KEY (staff_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.underwriting_underwritingdecision
    ADD CONSTRAINT underwriting_underwr_case_id_518f97a3_fk_cases_cas FOREIGN KEY (case_id) REFERENCES public.cases_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.underwriting_underwritingdecision
    ADD CONSTRAINT underwriting_underwr_staff_id_a5db24a6_fk_parties_s FOREIGN KEY (staff_id) REFERENCES public.parties_staffmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.web_stafflogin
    ADD CONSTRAINT web_stafflogin_user_id_5f1e2add_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

