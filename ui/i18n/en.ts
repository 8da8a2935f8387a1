<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="zh_CN">
<context>
    <name>ActionBar</name>
    <message>
        <source>返回</source>
        <translation>Back</translation>
    </message>
    <message>
        <source>后回到首页</source>
        <translation>until home</translation>
    </message>
</context>
<context>
    <name>AddressField</name>
    <message>
        <source>点这里选省、市、区、街道</source>
        <translation>Touch to choose province, city and district</translation>
    </message>
    <message>
        <source>路名、门牌号</source>
        <translation>Street and number</translation>
    </message>
    <message>
        <source>例如 示例路 1 号 101 室</source>
        <translation>for example 1 Shili Road, room 101</translation>
    </message>
    <message>
        <source>生僻字</source>
        <translation>Rare characters</translation>
    </message>
</context>
<context>
    <name>AddressPicker</name>
    <message>
        <source>哪个省？</source>
        <translation>Which province?</translation>
    </message>
    <message>
        <source>哪个市？</source>
        <translation>Which city?</translation>
    </message>
    <message>
        <source>哪个区、县？</source>
        <translation>Which district or county?</translation>
    </message>
    <message>
        <source>哪个街道、镇？</source>
        <translation>Which sub-district or town?</translation>
    </message>
    <message>
        <source>不改了</source>
        <translation>Leave it</translation>
    </message>
    <message>
        <source>不清楚，跳过</source>
        <translation>I do not know, skip</translation>
    </message>
</context>
<context>
    <name>Answers</name>
    <message>
        <source>有眼睛图标的，按住就能看到完整内容。</source>
        <translation>Where there is an eye, keep a finger on it to see everything.</translation>
    </message>
    <message>
        <source>往下还有，点这里翻页</source>
        <translation>There is more below; touch to read on</translation>
    </message>
    <message>
        <source>回到开头</source>
        <translation>Back to the top</translation>
    </message>
</context>
<context>
    <name>BackBar</name>
    <message>
        <source>回首页</source>
        <translation>Home</translation>
    </message>
</context>
<context>
    <name>BookStep</name>
    <message>
        <source>您已有的预约</source>
        <translation>Your booking</translation>
    </message>
    <message>
        <source>取消预约</source>
        <translation>Cancel it</translation>
    </message>
    <message>
        <source>您是哪一种情况？</source>
        <translation>Which is it?</translation>
    </message>
    <message>
        <source>预约号</source>
        <translation>Booking</translation>
    </message>
    <message>
        <source>已预约</source>
        <translation>Booked</translation>
    </message>
</context>
<context>
    <name>CharacterPicker</name>
    <message>
        <source>这个字怎么读？</source>
        <translation>How is it read?</translation>
    </message>
    <message>
        <source>部首有几画？</source>
        <translation>How many strokes has its radical?</translation>
    </message>
    <message>
        <source>部首以外还有几画？</source>
        <translation>How many strokes besides the radical?</translation>
    </message>
    <message>
        <source>是哪个部首？</source>
        <translation>Which radical is it?</translation>
    </message>
    <message>
        <source>是哪个字？</source>
        <translation>Which character is it?</translation>
    </message>
    <message>
        <source>按部首</source>
        <translation>By radical</translation>
    </message>
    <message>
        <source>按拼音</source>
        <translation>By pinyin</translation>
    </message>
    <message>
        <source>部首 %1 画</source>
        <translation>Radical: %1 strokes</translation>
    </message>
    <message>
        <source>还有 %1 画</source>
        <translation>Besides: %1 strokes</translation>
    </message>
    <message>
        <source>点字母，不用写声调；ü 写作 v。</source>
        <translation>Touch the letters, without tones; ü is written v.</translation>
    </message>
    <message>
        <source>删除</source>
        <translation>Delete</translation>
    </message>
    <message>
        <source>没有读作“%1”的字，请再看一遍拼音，或按部首找。</source>
        <translation>No character is read “%1”. Please check the pinyin, or look by radical.</translation>
    </message>
    <message>
        <source>往下还有，点这里翻页</source>
        <translation>There is more below; touch to read on</translation>
    </message>
    <message>
        <source>回到开头</source>
        <translation>Back to the top</translation>
    </message>
    <message>
        <source>不找了</source>
        <translation>Never mind</translation>
    </message>
</context>
<context>
    <name>ClosedPage</name>
    <message>
        <source>本机暂停服务</source>
        <translation>Out of service</translation>
    </message>
    <message>
        <source>修好后会自动恢复。不用在这里等。</source>
        <translation>It will be back by itself. No need to wait here.</translation>
    </message>
    <message>
        <source>最近的其他站点</source>
        <translation>Nearest other machines</translation>
    </message>
    <message>
        <source>%1 公里</source>
        <translation>%1 km</translation>
    </message>
    <message>
        <source>找站点、问进度、报修：%1</source>
        <translation>To find a machine, ask or report: %1</translation>
    </message>
</context>
<context>
    <name>Codes</name>
    <message>
        <source>删除</source>
        <translation>Delete</translation>
    </message>
</context>
<context>
    <name>ColourTest</name>
    <message>
        <source>点屏幕换颜色（第 %1 种，共 %2 种）</source>
        <translation>Touch for the next colour (%1 of %2)</translation>
    </message>
    <message>
        <source>颜色都正常</source>
        <translation>All colours are right</translation>
    </message>
    <message>
        <source>有坏点或偏色</source>
        <translation>Dead pixels, or a tint</translation>
    </message>
    <message>
        <source>不测了</source>
        <translation>Stop the test</translation>
    </message>
</context>
<context>
    <name>DateWheel</name>
    <message>
        <source>年</source>
        <translation>Year</translation>
    </message>
    <message>
        <source>月</source>
        <translation>Month</translation>
    </message>
    <message>
        <source>日</source>
        <translation>Day</translation>
    </message>
    <message>
        <source>不改了</source>
        <translation>Leave it</translation>
    </message>
    <message>
        <source>就是这一天</source>
        <translation>This is the day</translation>
    </message>
    <message>
        <source>就是这个月</source>
        <translation>This is the month</translation>
    </message>
</context>
<context>
    <name>DevicePage</name>
    <message>
        <source>全部设备</source>
        <translation>All devices</translation>
    </message>
    <message>
        <source>关掉镜头</source>
        <translation>Lens off</translation>
    </message>
    <message>
        <source>看一眼画面</source>
        <translation>Look through it</translation>
    </message>
    <message>
        <source>正在检查…</source>
        <translation>Checking…</translation>
    </message>
</context>
<context>
    <name>DisplaySheet</name>
    <message>
        <source>显示与声音</source>
        <translation>Display and sound</translation>
    </message>
    <message>
        <source>只在这一次有效，离开后自动恢复。</source>
        <translation>For this visit only. It goes back by itself when you leave.</translation>
    </message>
    <message>
        <source>怎么显示</source>
        <translation>How it looks</translation>
    </message>
    <message>
        <source>标准</source>
        <translation>Standard</translation>
    </message>
    <message>
        <source>长辈版</source>
        <translation>Larger</translation>
    </message>
    <message>
        <source>黑底白字</source>
        <translation>White on black</translation>
    </message>
    <message>
        <source>白底黑字</source>
        <translation>Black on white</translation>
    </message>
    <message>
        <source>字有多大</source>
        <translation>Size of the words</translation>
    </message>
    <message>
        <source>字</source>
        <translation>A</translation>
    </message>
    <message>
        <source>声音多大</source>
        <translation>How loud</translation>
    </message>
    <message>
        <source>屏幕放低</source>
        <translation>Lower the page</translation>
    </message>
    <message>
        <source>坐着也够得着</source>
        <translation>Everything within reach from a seat</translation>
    </message>
    <message>
        <source>恢复原样</source>
        <translation>As usual</translation>
    </message>
    <message>
        <source>就这样</source>
        <translation>Done</translation>
    </message>
</context>
<context>
    <name>DoneKey</name>
    <message>
        <source>完成</source>
        <translation>Done</translation>
    </message>
</context>
<context>
    <name>DoneStep</name>
    <message>
        <source>接下来</source>
        <translation>What happens next</translation>
    </message>
</context>
<context>
    <name>FindPage</name>
    <message>
        <source>您要办什么？</source>
        <translation>What do you need?</translation>
    </message>
    <message>
        <source>说法不用准，拼音、首字母都行</source>
        <translation>Any wording will do, in Chinese, pinyin or English</translation>
    </message>
    <message>
        <source>例如 网约车换证、打社保、wfzm</source>
        <translation>for example: residence permit, pension, housing</translation>
    </message>
    <message>
        <source>没有找到。换个说法试试，或回首页按部门找；也可以打 %1 问一问。</source>
        <translation>Nothing found. Try another word, or look by department on the home page; you can also call %1.</translation>
    </message>
    <message>
        <source>大家常办</source>
        <translation>Most asked for</translation>
    </message>
    <message>
        <source>可能是这些</source>
        <translation>You may mean one of these</translation>
    </message>
</context>
<context>
    <name>FormStep</name>
    <message>
        <source>%1年%2月%3日</source>
        <translation>%1-%2-%3</translation>
    </message>
    <message>
        <source>%1年%2月</source>
        <translation>%2/%1</translation>
    </message>
    <message>
        <source>元</source>
        <translation>yuan</translation>
    </message>
    <message>
        <source>第 %1 问，共 %2 问</source>
        <translation>Question %1 of %2</translation>
    </message>
    <message>
        <source>%1（可以选几项）</source>
        <translation>%1 (several are possible)</translation>
    </message>
    <message>
        <source>部门的记录里没有可以选的。</source>
        <translation>There is nothing on file to choose from.</translation>
    </message>
    <message>
        <source>选日期</source>
        <translation>Choose a date</translation>
    </message>
    <message>
        <source>生僻字</source>
        <translation>Rare characters</translation>
    </message>
</context>
<context>
    <name>GuideStep</name>
    <message>
        <source>约 %1 分钟</source>
        <translation>About %1 minutes</translation>
    </message>
    <message>
        <source>谁能办</source>
        <translation>Who can apply</translation>
    </message>
    <message>
        <source>带什么</source>
        <translation>What to bring</translation>
    </message>
    <message>
        <source>怎么办</source>
        <translation>How it goes</translation>
    </message>
    <message>
        <source>办完以后</source>
        <translation>Afterwards</translation>
    </message>
    <message>
        <source>咨询电话 %1。</source>
        <translation> Questions: %1.</translation>
    </message>
</context>
<context>
    <name>Header</name>
    <message>
        <source>厦门 e政务</source>
        <translation>Xiamen e-Gov</translation>
    </message>
    <message>
        <source>帮助</source>
        <translation>Help</translation>
    </message>
    <message>
        <source>长辈版</source>
        <translation>Larger</translation>
    </message>
    <message>
        <source>显示与声音</source>
        <translation>Display</translation>
    </message>
</context>
<context>
    <name>HelpSheet</name>
    <message>
        <source>需要帮忙吗？</source>
        <translation>How can we help?</translation>
    </message>
    <message>
        <source>现在该做什么</source>
        <translation>What to do now</translation>
    </message>
    <message>
        <source>打电话问</source>
        <translation>Call</translation>
    </message>
    <message>
        <source>找人当面办</source>
        <translation>Meet a person</translation>
    </message>
    <message>
        <source>最近的其他站点</source>
        <translation>The nearest other machine</translation>
    </message>
    <message>
        <source>%1（%2 公里）</source>
        <translation>%1 (%2 km)</translation>
    </message>
    <message>
        <source>哪里不好用？</source>
        <translation>What is wrong?</translation>
    </message>
    <message>
        <source>选一项，维护人员马上知道。不用留姓名和电话。</source>
        <translation>Choose one and the technicians know at once. No name, no phone number.</translation>
    </message>
    <message>
        <source>已经报修，谢谢您</source>
        <translation>Reported. Thank you</translation>
    </message>
    <message>
        <source>本机现在报不了修</source>
        <translation>Nothing can be reported from here now</translation>
    </message>
    <message>
        <source>维护人员会尽快处理。着急办事，可以先到附近其他站点。</source>
        <translation>It will be seen to soon. If you are in a hurry, another machine near by may help.</translation>
    </message>
    <message>
        <source>请打 %1 报修。</source>
        <translation>Please phone %1.</translation>
    </message>
    <message>
        <source>返回</source>
        <translation>Back</translation>
    </message>
    <message>
        <source>关闭</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>我要报修</source>
        <translation>Report a fault</translation>
    </message>
</context>
<context>
    <name>HomePage</name>
    <message>
        <source>带好身份证就行。办不完可以随时退出，不会留下您的信息。</source>
        <translation>All you need is your ID card. Nothing about you stays here.</translation>
    </message>
    <message>
        <source>搜一搜：网约车换证、无房证明……</source>
        <translation>Search: residence permit, housing, pension</translation>
    </message>
    <message>
        <source>大家常办</source>
        <translation>Most asked for</translation>
    </message>
    <message>
        <source>约 %1 分钟</source>
        <translation>About %1 minutes</translation>
    </message>
    <message>
        <source>按部门找</source>
        <translation>By department</translation>
    </message>
    <message>
        <source>遇到这些事</source>
        <translation>By what happened</translation>
    </message>
    <message>
        <source>办事站点</source>
        <translation>Stations</translation>
    </message>
    <message>
        <source>咨询与报修</source>
        <translation>Help and faults</translation>
    </message>
    <message>
        <source>屏幕升回去</source>
        <translation>Raise the page</translation>
    </message>
    <message>
        <source>屏幕放低</source>
        <translation>Lower the page</translation>
    </message>
</context>
<context>
    <name>ItemTile</name>
    <message>
        <source>约 %1 分钟 · %2</source>
        <translation>About %1 minutes · %2</translation>
    </message>
</context>
<context>
    <name>Keypad</name>
    <message>
        <source>删除</source>
        <translation>Delete</translation>
    </message>
    <message>
        <source>确定</source>
        <translation>Enter</translation>
    </message>
</context>
<context>
    <name>Letters</name>
    <message>
        <source>分词</source>
        <translation>&apos;</translation>
    </message>
    <message>
        <source>删除</source>
        <translation>Delete</translation>
    </message>
    <message>
        <source>中/英</source>
        <translation>中/En</translation>
    </message>
    <message>
        <source>空格</source>
        <translation>Space</translation>
    </message>
</context>
<context>
    <name>Lobby</name>
    <message>
        <source>这件事常要办的，都在这里。</source>
        <translation>What people usually need then.</translation>
    </message>
</context>
<context>
    <name>LookCard</name>
    <message>
        <source>亮度</source>
        <translation>Light</translation>
    </message>
    <message>
        <source>清晰度 %1 · 人脸 %2</source>
        <translation>Sharpness %1 · faces %2</translation>
    </message>
</context>
<context>
    <name>LookupStep</name>
    <message>
        <source>照片 %1</source>
        <translation>Photograph %1</translation>
    </message>
    <message>
        <source>点照片可以放大</source>
        <translation>Touch a photograph to enlarge it</translation>
    </message>
    <message>
        <source>缩小照片</source>
        <translation>Make it small again</translation>
    </message>
</context>
<context>
    <name>Mail</name>
    <message>
        <source>删除</source>
        <translation>Delete</translation>
    </message>
</context>
<context>
    <name>Main</name>
    <message>
        <source>厦门 e政务</source>
        <translation>Xiamen e-Gov</translation>
    </message>
</context>
<context>
    <name>MaskedWords</name>
    <message>
        <source>按住看</source>
        <translation>Hold to see</translation>
    </message>
</context>
<context>
    <name>PayStep</name>
    <message>
        <source>单号 %1</source>
        <translation>Order %1</translation>
    </message>
    <message>
        <source>在您自己的手机上付款，本机看不到您的账户和密码。</source>
        <translation>You pay on your own phone; this machine sees neither account nor password.</translation>
    </message>
    <message>
        <source>单号</source>
        <translation>Order</translation>
    </message>
</context>
<context>
    <name>PinPad</name>
    <message>
        <source>检修</source>
        <translation>Service</translation>
    </message>
    <message>
        <source>返回首页</source>
        <translation>Back home</translation>
    </message>
</context>
<context>
    <name>Plate</name>
    <message>
        <source>删除</source>
        <translation>Delete</translation>
    </message>
</context>
<context>
    <name>PrintDocumentStep</name>
    <message>
        <source>上一页</source>
        <translation>Previous page</translation>
    </message>
    <message>
        <source>第 %1 页，共 %2 页</source>
        <translation>Page %1 of %2</translation>
    </message>
    <message>
        <source>下一页</source>
        <translation>Next page</translation>
    </message>
    <message>
        <source>正在发送电子原件</source>
        <translation>Sending the original</translation>
    </message>
    <message>
        <source>电子原件已经发到 %1</source>
        <translation>The original went to %1</translation>
    </message>
    <message>
        <source>验证码</source>
        <translation>Verification code</translation>
    </message>
    <message>
        <source>扫码可以核验真假</source>
        <translation>Scan it to verify the document</translation>
    </message>
</context>
<context>
    <name>QuestionCard</name>
    <message>
        <source>不测了</source>
        <translation>Stop the test</translation>
    </message>
</context>
<context>
    <name>RateStep</name>
    <message>
        <source>为什么？可以选几项，也可以不选。</source>
        <translation>Why? Tick as many as you like, or none.</translation>
    </message>
    <message>
        <source>匿名评价</source>
        <translation>Rate anonymously</translation>
    </message>
    <message>
        <source>不附办件编号，没有人知道是谁评的，也就没法给您回复。</source>
        <translation>The number of your case is left out. Nobody knows who said it, so nobody can answer you either.</translation>
    </message>
</context>
<context>
    <name>ReachButton</name>
    <message>
        <source>升回去</source>
        <translation>Raise</translation>
    </message>
    <message>
        <source>放低</source>
        <translation>Lower</translation>
    </message>
</context>
<context>
    <name>ReadBankCardStep</name>
    <message>
        <source>正在读取，请不要拔</source>
        <translation>Reading; please leave it in</translation>
    </message>
    <message>
        <source>银行卡号（只显示最后四位）</source>
        <translation>Card number (last four digits only)</translation>
    </message>
    <message>
        <source>卡还在插卡口</source>
        <translation>Still in the slot</translation>
    </message>
    <message>
        <source>卡已拔出</source>
        <translation>Pulled out</translation>
    </message>
    <message>
        <source>请拔出银行卡，收好，再继续办理。</source>
        <translation>Please pull your bank card out and put it away, then go on.</translation>
    </message>
    <message>
        <source>本机只读卡号，不读余额，不留存；离开时立即清除。</source>
        <translation>Only the number is read, no balance. It is erased when you leave.</translation>
    </message>
</context>
<context>
    <name>ReadCardStep</name>
    <message>
        <source>正在读取，请不要移动</source>
        <translation>Reading; please keep it still</translation>
    </message>
    <message>
        <source>姓名</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>证件号码</source>
        <translation>Card number</translation>
    </message>
    <message>
        <source>有效期至</source>
        <translation>Valid until</translation>
    </message>
    <message>
        <source>现在可以把身份证拿起来，收好。</source>
        <translation>You can take your card now. Please keep it safe.</translation>
    </message>
    <message>
        <source>身份证已经拿走，请收好。</source>
        <translation>Your card has been taken. Please keep it safe.</translation>
    </message>
    <message>
        <source>想让字再大一些、一页只问一件事吗？</source>
        <translation>Would you like larger words, and one question at a time?</translation>
    </message>
    <message>
        <source>换成长辈版</source>
        <translation>Yes, larger</translation>
    </message>
</context>
<context>
    <name>ReportPage</name>
    <message>
        <source>检修报告</source>
        <translation>Readiness report</translation>
    </message>
    <message>
        <source>打印在凭条上</source>
        <translation>Print on a receipt</translation>
    </message>
    <message>
        <source>存到 U 盘</source>
        <translation>Save to a USB stick</translation>
    </message>
    <message>
        <source>支持包（不含任何个人信息）</source>
        <translation>Support bundle (nothing personal in it)</translation>
    </message>
    <message>
        <source>发给后台</source>
        <translation>Send to the back office</translation>
    </message>
    <message>
        <source>检修记录</source>
        <translation>Records</translation>
    </message>
    <message>
        <source>最近的在最上面</source>
        <translation>The newest first</translation>
    </message>
</context>
<context>
    <name>ReviewStep</name>
    <message>
        <source>修改</source>
        <translation>Change</translation>
    </message>
</context>
<context>
    <name>RewriteCardStep</name>
    <message>
        <source>取一张新证</source>
        <translation>Fetch a new card</translation>
    </message>
    <message>
        <source>写上内容，并核对</source>
        <translation>Write it and check it</translation>
    </message>
    <message>
        <source>送到证卡口</source>
        <translation>Bring it to the slot</translation>
    </message>
    <message>
        <source>核对是不是您的证件</source>
        <translation>See that it is your card</translation>
    </message>
    <message>
        <source>写上新内容，并核对</source>
        <translation>Write on it and check it</translation>
    </message>
    <message>
        <source>退还证件</source>
        <translation>Give it back</translation>
    </message>
    <message>
        <source>机器再等</source>
        <translation>It is held out for</translation>
    </message>
    <message>
        <source>%1 秒</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>领取单号</source>
        <translation>Number</translation>
    </message>
    <message>
        <source>证件在机器里</source>
        <translation>The card is inside the machine</translation>
    </message>
    <message>
        <source>证件在保管箱里</source>
        <translation>The card is in the locked bin</translation>
    </message>
    <message>
        <source>在哪里：%1</source>
        <translation>Where: %1</translation>
    </message>
    <message>
        <source>电话：%1</source>
        <translation>Phone: %1</translation>
    </message>
    <message>
        <source>领取凭条已打印，请从凭条口取走。</source>
        <translation>A slip with all this was printed; please take it.</translation>
    </message>
    <message>
        <source>凭条没有打出来，请拍下或记下领取单号。</source>
        <translation>The slip was not printed; please photograph or note the number.</translation>
    </message>
    <message>
        <source>证上现在是</source>
        <translation>On the card now</translation>
    </message>
    <message>
        <source>要写到证上的内容</source>
        <translation>What is written on the card</translation>
    </message>
</context>
<context>
    <name>ScanCodeStep</name>
    <message>
        <source>正对扫码窗，停稳一秒，读到后自动到下一步。</source>
        <translation>Hold it straight before the window for a second; the next page comes by itself.</translation>
    </message>
</context>
<context>
    <name>ScanDocumentStep</name>
    <message>
        <source>第 %1 张，共 %2 张</source>
        <translation>Page %1 of %2</translation>
    </message>
    <message>
        <source>高拍仪准备中，请稍候</source>
        <translation>The document camera is getting ready</translation>
    </message>
    <message>
        <source>请看一看：四个角都在画面里，字看得清。</source>
        <translation>Please check: all four corners are in the picture and the words can be read.</translation>
    </message>
    <message>
        <source>放平、摆正，再点右下角的“拍照”。</source>
        <translation>Lay it flat and straight, then touch Take the picture below.</translation>
    </message>
</context>
<context>
    <name>Scroll</name>
    <message>
        <source>往下还有，点这里翻页</source>
        <translation>There is more below; touch to read on</translation>
    </message>
    <message>
        <source>回到开头</source>
        <translation>Back to the top</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>我做了什么</source>
        <translation>What I did</translation>
    </message>
    <message>
        <source>换了纸</source>
        <translation>Changed the paper</translation>
    </message>
    <message>
        <source>换了读卡器</source>
        <translation>Swapped the reader</translation>
    </message>
    <message>
        <source>我的工作卡</source>
        <translation>My staff card</translation>
    </message>
    <message>
        <source>请把工作卡放在读卡器上…</source>
        <translation>Please lay the staff card on the reader…</translation>
    </message>
    <message>
        <source>已登记：登录时除了密码，还要放卡。</source>
        <translation>Registered: the door asks for the PIN and the card.</translation>
    </message>
    <message>
        <source>没有登记：登录只要密码。</source>
        <translation>None registered: the PIN alone opens the door.</translation>
    </message>
    <message>
        <source>没有登记。读卡器现在用不了，登记不了。</source>
        <translation>None registered. The reader cannot be used now, so none can be.</translation>
    </message>
    <message>
        <source>换一张卡</source>
        <translation>Change the card</translation>
    </message>
    <message>
        <source>登记我的工作卡</source>
        <translation>Register my staff card</translation>
    </message>
    <message>
        <source>取消工作卡</source>
        <translation>Take the card back</translation>
    </message>
    <message>
        <source>不放了</source>
        <translation>Never mind</translation>
    </message>
    <message>
        <source>设置（下次启动时生效，音量马上生效）</source>
        <translation>Settings (from the next start on; the volume at once)</translation>
    </message>
    <message>
        <source>没有</source>
        <translation>none</translation>
    </message>
    <message>
        <source>保存</source>
        <translation>Save</translation>
    </message>
    <message>
        <source>撤销上次改动</source>
        <translation>Undo the last change</translation>
    </message>
</context>
<context>
    <name>SignStep</name>
    <message>
        <source>请在这里签名</source>
        <translation>Sign here</translation>
    </message>
</context>
<context>
    <name>SoundPage</name>
    <message>
        <source>再响一次</source>
        <translation>Ring again</translation>
    </message>
    <message>
        <source>撤销上次改动</source>
        <translation>Undo the last change</translation>
    </message>
</context>
<context>
    <name>StationMap</name>
    <message>
        <source>%1 公里</source>
        <translation>%1 km</translation>
    </message>
    <message>
        <source>北</source>
        <translation>N</translation>
    </message>
    <message>
        <source>我</source>
        <translation>Me</translation>
    </message>
</context>
<context>
    <name>StationsPage</name>
    <message>
        <source>全部事项可办</source>
        <translation>everything can be done</translation>
    </message>
    <message>
        <source>、</source>
        <translation>, </translation>
    </message>
    <message>
        <source>%1 等 %2 项现在不能办</source>
        <translation>not now: %1 and more, %2 in all</translation>
    </message>
    <message>
        <source>%1 现在不能办</source>
        <translation>not now: %1</translation>
    </message>
    <message>
        <source>办事站点</source>
        <translation>Stations</translation>
    </message>
    <message>
        <source>我</source>
        <translation>Me</translation>
    </message>
    <message>
        <source>就在这里</source>
        <translation>here</translation>
    </message>
    <message>
        <source>%1 公里</source>
        <translation>%1 km</translation>
    </message>
    <message>
        <source>现在开着</source>
        <translation>Open now</translation>
    </message>
    <message>
        <source>现在不开</source>
        <translation>Closed now</translation>
    </message>
    <message>
        <source>电话 %1</source>
        <translation>Phone %1</translation>
    </message>
</context>
<context>
    <name>StepBar</name>
    <message>
        <source>第 %1 步，共 %2 步：%3</source>
        <translation>Step %1 of %2: %3</translation>
    </message>
</context>
<context>
    <name>SubmitStep</name>
    <message>
        <source>为什么</source>
        <translation>Why</translation>
    </message>
    <message>
        <source>接下来</source>
        <translation>What happens next</translation>
    </message>
    <message>
        <source>通常只要几秒钟，不用再点</source>
        <translation>Usually a few seconds; no need to touch again</translation>
    </message>
</context>
<context>
    <name>Symbols</name>
    <message>
        <source>删除</source>
        <translation>Delete</translation>
    </message>
    <message>
        <source>返回字母</source>
        <translation>ABC</translation>
    </message>
    <message>
        <source>空格</source>
        <translation>Space</translation>
    </message>
</context>
<context>
    <name>TouchTest</name>
    <message>
        <source>用手指划过整块屏幕，还有 %1 格</source>
        <translation>Wipe over the whole screen; %1 fields to go</translation>
    </message>
    <message>
        <source>有的地方没有反应</source>
        <translation>Some places do not react</translation>
    </message>
    <message>
        <source>不测了</source>
        <translation>Stop the test</translation>
    </message>
</context>
<context>
    <name>VerifyAppCodeStep</name>
    <message>
        <source>身份码只用来核对您本人，本机不保存。</source>
        <translation>The code is only used to see that it is you; this machine does not keep it.</translation>
    </message>
    <message>
        <source>已经读到，正在核对</source>
        <translation>Read; checking now</translation>
    </message>
</context>
<context>
    <name>VerifyCodeStep</name>
    <message>
        <source>%1（%2 秒后）</source>
        <translation>%1 (in %2 s)</translation>
    </message>
    <message>
        <source>工作人员不会向您要验证码，请不要告诉别人。</source>
        <translation>Nobody from our staff will ask for this code. Please tell it to no one.</translation>
    </message>
</context>
<context>
    <name>VerifyFaceStep</name>
    <message>
        <source>已完成 %1 / %2 个动作</source>
        <translation>%1 of %2 done</translation>
    </message>
</context>
<context>
    <name>VerifyStaffStep</name>
    <message>
        <source>工号 %1</source>
        <translation>Staff number %1</translation>
    </message>
    <message>
        <source>输入自己的密码</source>
        <translation>Enter your own PIN</translation>
    </message>
    <message>
        <source>姓名</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>证件号码</source>
        <translation>Card number</translation>
    </message>
    <message>
        <source>您要确认的是：</source>
        <translation>This is what you confirm:</translation>
    </message>
    <message>
        <source>确认会记在您的工号 %1 名下。</source>
        <translation>It is recorded under your staff number, %1.</translation>
    </message>
</context>
<context>
    <name>VerifyVideoStep</name>
    <message>
        <source>已等待</source>
        <translation>waiting</translation>
    </message>
    <message>
        <source>已通话</source>
        <translation>talking</translation>
    </message>
    <message>
        <source>工作人员不会向您要密码或验证码。</source>
        <translation>No officer will ask you for a PIN or a code.</translation>
    </message>
</context>
<context>
    <name>VisitPage</name>
    <message>
        <source>退出办理</source>
        <translation>Leave</translation>
    </message>
    <message>
        <source>要退出办理吗？</source>
        <translation>Do you want to leave?</translation>
    </message>
    <message>
        <source>退出后，已经填写和读取的内容会立即清除，下次要重新开始。</source>
        <translation>If you leave, everything you entered is erased at once and you start anew next time.</translation>
    </message>
    <message>
        <source>继续办理</source>
        <translation>Go on</translation>
    </message>
    <message>
        <source>退出并清除</source>
        <translation>Leave and erase</translation>
    </message>
    <message>
        <source>您还在吗？</source>
        <translation>Are you still there?</translation>
    </message>
    <message>
        <source>您拿走了身份证，还要继续办理吗？</source>
        <translation>You took your ID card. Do you want to go on?</translation>
    </message>
    <message>
        <source>%1 秒后回到首页，已填的内容会清除。</source>
        <translation>Back to the home page in %1 seconds; what you entered will be erased.</translation>
    </message>
    <message>
        <source>我还在，继续办理</source>
        <translation>Yes, go on</translation>
    </message>
    <message>
        <source>不办了，退出并清除</source>
        <translation>Leave and erase everything</translation>
    </message>
</context>
<context>
    <name>WirePage</name>
    <message>
        <source>这条线上还没有动静。</source>
        <translation>Nothing on this wire yet.</translation>
    </message>
</context>
<context>
    <name>WorkshopPage</name>
    <message>
        <source>设备</source>
        <translation>Devices</translation>
    </message>
    <message>
        <source>测试</source>
        <translation>Tests</translation>
    </message>
    <message>
        <source>线路</source>
        <translation>Wires</translation>
    </message>
    <message>
        <source>设置</source>
        <translation>Settings</translation>
    </message>
    <message>
        <source>报告</source>
        <translation>Report</translation>
    </message>
    <message>
        <source>检修 · %1</source>
        <translation>Service · %1</translation>
    </message>
    <message>
        <source>结束检修</source>
        <translation>End service</translation>
    </message>
</context>
<context>
    <name>dialpad</name>
    <message>
        <source>删除</source>
        <translation>Delete</translation>
    </message>
</context>
<context>
    <name>digits</name>
    <message>
        <source>删除</source>
        <translation>Delete</translation>
    </message>
</context>
<context>
    <name>numbers</name>
    <message>
        <source>删除</source>
        <translation>Delete</translation>
    </message>
</context>
</TS>
